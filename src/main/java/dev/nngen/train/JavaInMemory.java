package dev.nngen.train;

import dev.nngen.compiler.GeneratedFile;
import dev.nngen.diag.ErrorCode;
import dev.nngen.train.data.DataException;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.CommonOps_FDRM;

/** Compiles and loads a generated class in memory. */
final class JavaInMemory {

  private static final String VECTORS = "jdk.incubator.vector";

  /** Maximum number of cached classes. */
  private static final int MOST_KNOWN = 16;
  /** The class files of each text; training, evaluation and prediction in one virtual machine load the same class. */
  private static final Map<String, Map<String, ByteArrayOutputStream>> KNOWN = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Map<String, ByteArrayOutputStream>> eldest) {
      return size() > MOST_KNOWN;
    }
  };

  private JavaInMemory() {}

  /** Returns the loaded class of a generated file. */
  static Class<?> load(GeneratedFile file) throws DataException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw DataException.of(ErrorCode.NOT_TRAINABLE, "this Java has no compiler, which training in memory needs")
          .help("run nngen with a JDK, not with a JRE");
    }
    if (file.text().contains("import " + VECTORS) && ModuleLayer.boot().findModule(VECTORS).isEmpty()) {
      throw DataException.of(ErrorCode.NOT_TRAINABLE, "--kernels vector needs the module " + VECTORS + ", which Java has not loaded")
          .help("set JAVA_TOOL_OPTIONS=--add-modules=" + VECTORS);
    }
    String name = file.path().replaceFirst("\\.java$", "").replace('/', '.');
    try {
      return new Loader(classFiles(name, file.text(), compiler)).loadClass(name);
    } catch (ClassNotFoundException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static synchronized Map<String, ByteArrayOutputStream> classFiles(String name, String text, JavaCompiler compiler) {
    return KNOWN.computeIfAbsent(text, unknown -> {
      Map<String, ByteArrayOutputStream> classes = new LinkedHashMap<>();
      StringWriter messages = new StringWriter();
      boolean done = compiler.getTask(messages, new InMemory(Platform.FILES, classes), null, options(), null, List.of(new Text(name, unknown))).call();
      if (!done) {
        throw new IllegalStateException("javac refuses the generated class " + name + ":\n" + messages);
      }
      return classes;
    });
  }

  /** The open libraries; opening them takes longer than compiling a class. */
  private static final class Platform {
    static final JavaFileManager FILES = ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, Locale.ROOT, null);
  }

  private static List<String> options() {
    List<String> options = new ArrayList<>(List.of("-proc:none", "-nowarn", "-Xlint:none", "-classpath", classPath()));
    if (ModuleLayer.boot().findModule(VECTORS).isPresent()) {
      options.addAll(List.of("--add-modules", VECTORS));
    }
    return options;
  }

  /** Returns the class path with EJML's location, which inside Maven is not on the class path of the virtual machine. */
  private static String classPath() {
    Set<String> entries = new LinkedHashSet<>();
    Stream.of(DMatrixRMaj.class, CommonOps_DDRM.class, CommonOps_FDRM.class).forEach(type -> {
      CodeSource source = type.getProtectionDomain().getCodeSource();
      if (source != null) {
        entries.add(path(source));
      }
    });
    return entries.isEmpty() ? System.getProperty("java.class.path") : String.join(File.pathSeparator, entries);
  }

  private static String path(CodeSource source) {
    try {
      return Path.of(source.getLocation().toURI()).toString();
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static final class Text extends SimpleJavaFileObject {
    private final String text;

    Text(String name, String text) {
      super(URI.create("mem:///" + name.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> classes;

    InMemory(JavaFileManager standard, Map<String, ByteArrayOutputStream> classes) {
      super(standard);
      this.classes = classes;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("mem:///" + name.replace('.', '/') + kind.extension), kind) {
        @Override
        public OutputStream openOutputStream() {
          return classes.computeIfAbsent(name, n -> new ByteArrayOutputStream());
        }
      };
    }
  }

  private static final class Loader extends ClassLoader {
    private final Map<String, ByteArrayOutputStream> classes;

    Loader(Map<String, ByteArrayOutputStream> classes) {
      super(JavaInMemory.class.getClassLoader());
      this.classes = classes;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      ByteArrayOutputStream bytes = classes.get(name);
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes.toByteArray(), 0, bytes.size());
    }
  }
}
