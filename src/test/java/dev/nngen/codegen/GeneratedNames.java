package dev.nngen.codegen;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Many generated classes in one call of javac: what is wrong with them, and all names in them. */
final class GeneratedNames {

  private GeneratedNames() {}

  /** Every identifier of the classes. */
  static SortedSet<String> of(Collection<JavaText> classes) {
    SortedSet<String> names = new TreeSet<>();
    try {
      for (CompilationUnitTree unit : task(classes, new DiagnosticCollector<>()).parse()) {
        new Names(names).scan(unit, null);
      }
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
    return names;
  }

  /** Errors and warnings of javac, but that a module is incubating. */
  static List<String> faults(Collection<JavaText> classes) {
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    try {
      task(classes, diagnostics).analyze();
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
    return diagnostics.getDiagnostics().stream().filter(found -> !found.getCode().contains("incubating")).map(GeneratedNames::shown).toList();
  }

  private static String shown(Diagnostic<? extends JavaFileObject> fault) {
    return fault.getSource() == null ? fault.toString() : fault.getSource().getName() + ":" + fault.getLineNumber() + ": " + fault.getMessage(Locale.ROOT);
  }

  private static JavacTask task(Collection<JavaText> classes, DiagnosticCollector<JavaFileObject> diagnostics) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<JavaFileObject> files = new ArrayList<>();
    classes.forEach(text -> files.add(new SimpleJavaFileObject(URI.create("mem:///" + text.path()), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text.text();
      }
    }));
    return (JavacTask) compiler.getTask(null, compiler.getStandardFileManager(null, Locale.ROOT, null), diagnostics,
        List.of("-Xlint:all,-processing", "-proc:none", "-Xmaxerrs", "10000", "--add-modules", "jdk.incubator.vector"), null, files);
  }

  private static final class Names extends TreeScanner<Void, Void> {
    private final SortedSet<String> names;

    private Names(SortedSet<String> names) {
      this.names = names;
    }

    @Override
    public Void visitIdentifier(IdentifierTree tree, Void unused) {
      names.add(tree.getName().toString());
      return super.visitIdentifier(tree, null);
    }

    @Override
    public Void visitMemberSelect(MemberSelectTree tree, Void unused) {
      names.add(tree.getIdentifier().toString());
      return super.visitMemberSelect(tree, null);
    }

    @Override
    public Void visitVariable(VariableTree tree, Void unused) {
      names.add(tree.getName().toString());
      return super.visitVariable(tree, null);
    }

    @Override
    public Void visitMethod(MethodTree tree, Void unused) {
      names.add(tree.getName().toString());
      return super.visitMethod(tree, null);
    }

    @Override
    public Void visitClass(ClassTree tree, Void unused) {
      names.add(tree.getSimpleName().toString());
      return super.visitClass(tree, null);
    }
  }
}
