package dev.nngen.samples;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** What javac's parser finds in a source: classes and their members, by the tree API. */
public final class JavaMembers {

  /** One for all sources: opening the libraries takes longer than parsing. */
  private static final StandardJavaFileManager PLATFORM =
      ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, Locale.ROOT, null);

  private JavaMembers() {}

  /** Every class, method, initializer and field, outer ones first, in the order of the text. */
  public static List<String> of(String source) {
    List<String> members = new ArrayList<>();
    new TreeScanner<Void, String>() {
      @Override
      public Void visitClass(ClassTree tree, String outer) {
        String name = outer + tree.getSimpleName() + ".";
        members.add(tree.getKind() + " " + name + " " + tree.getExtendsClause() + " " + tree.getImplementsClause());
        for (Tree member : tree.getMembers()) {
          switch (member.getKind()) {
            case VARIABLE -> members.add("field " + name + ((VariableTree) member).getName());
            case METHOD -> members.add("method " + name + ((MethodTree) member).getName() + types((MethodTree) member));
            case BLOCK -> members.add("initializer of " + name);
            default -> { }
          }
        }
        return super.visitClass(tree, name);
      }
    }.scan(parse(source).getTypeDecls(), "");
    return members;
  }

  private static List<String> types(MethodTree method) {
    return method.getParameters().stream().map(parameter -> parameter.getType().toString()).toList();
  }

  private static CompilationUnitTree parse(String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    JavaFileObject file = new SimpleJavaFileObject(URI.create("mem:///Source.java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
    JavacTask task = (JavacTask) compiler.getTask(null, PLATFORM, diagnostics,
        List.of("-proc:none"), null, List.of(file));
    try {
      CompilationUnitTree unit = task.parse().iterator().next();
      if (!diagnostics.getDiagnostics().isEmpty()) {
        throw new AssertionError(diagnostics.getDiagnostics() + "\n" + source);
      }
      return unit;
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
