package dev.nngen.codegen;

import dev.nngen.Recent;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A generated class, compiled in memory, with all of javac's warnings as errors, and called by reflection. */
public final class GeneratedClass {

  /** One for all classes: opening the libraries takes longer than compiling. */
  private static final StandardJavaFileManager PLATFORM =
      ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, Locale.ROOT, null);

  /** A class keeps nothing of what was done with its instances. */
  private static final Recent<JavaText, GeneratedClass> CLASSES = new Recent<>(text -> compile(List.of(text)).get(0));

  private final Class<?> type;
  private final Map<String, byte[]> classFiles;

  private GeneratedClass(Class<?> type, Map<String, byte[]> classFiles) {
    this.type = type;
    this.classFiles = classFiles;
  }

  public static GeneratedClass compile(JavaText text) {
    return CLASSES.get(text);
  }

  /** All in one call of javac, most of which is spent on the classes that they use. They differ in package or name. */
  public static List<GeneratedClass> compile(List<JavaText> texts) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    Map<String, Map<String, ByteArrayOutputStream>> files = new LinkedHashMap<>();
    JavaFileManager manager = new ForwardingJavaFileManager<>(PLATFORM) {
      @Override
      public JavaFileObject getJavaFileForOutput(Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
        return new SimpleJavaFileObject(URI.create("mem:///" + className.replace('.', '/') + ".class"), kind) {
          @Override
          public OutputStream openOutputStream() {
            return files.computeIfAbsent(sibling.getName(), name -> new LinkedHashMap<>()).computeIfAbsent(className, name -> new ByteArrayOutputStream());
          }
        };
      }
    };
    List<JavaFileObject> sources = texts.stream().map(GeneratedClass::source).toList();
    boolean done = compiler.getTask(null, manager, diagnostics,
        List.of("-Xlint:all,-processing", "-Xdoclint:all/protected", "-proc:none", "--add-modules", "jdk.incubator.vector"), null, sources).call();
    // That a module is incubating is said of all code; every other warning is a fault.
    if (!done || diagnostics.getDiagnostics().stream().anyMatch(d -> !d.getCode().contains("incubating"))) {
      throw new AssertionError(diagnostics.getDiagnostics() + "\n" + texts.stream().map(JavaText::text).collect(Collectors.joining("\n")));
    }
    return IntStream.range(0, texts.size()).mapToObj(k -> loaded(texts.get(k), files.get(sources.get(k).getName()))).toList();
  }

  private static JavaFileObject source(JavaText text) {
    return new SimpleJavaFileObject(URI.create("mem:///" + text.path()), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text.text();
      }
    };
  }

  private static GeneratedClass loaded(JavaText text, Map<String, ByteArrayOutputStream> files) {
    Map<String, byte[]> classes = new LinkedHashMap<>();
    files.forEach((className, bytes) -> classes.put(className, bytes.toByteArray()));
    String name = text.packageName().isEmpty() ? text.className() : text.packageName() + "." + text.className();
    return new GeneratedClass(load(name, classes), classes);
  }

  private static Class<?> load(String name, Map<String, byte[]> classes) {
    ClassLoader loader = new ClassLoader(GeneratedClass.class.getClassLoader()) {
      @Override
      protected Class<?> findClass(String wanted) throws ClassNotFoundException {
        byte[] bytes = classes.get(wanted);
        if (bytes == null) {
          throw new ClassNotFoundException(wanted);
        }
        return defineClass(wanted, bytes, 0, bytes.length);
      }
    };
    try {
      return loader.loadClass(name);
    } catch (ClassNotFoundException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** The bytes of the class and of those nested in it, by name. */
  public Map<String, byte[]> classFiles() {
    return classFiles;
  }

  public Class<?> type() {
    return type;
  }

  /** An instance with further arguments: the largest of each size that is known at run time only, and then how many threads share its work. */
  public Instance create(int maxBatch, int... more) {
    return construct(IntStream.concat(IntStream.of(maxBatch), IntStream.of(more)).boxed().toArray());
  }

  /** The number of sizes that each call takes before data. */
  int sizesOfCalls() {
    return Arrays.stream(type.getMethods()).filter(method -> method.getName().startsWith("gradients") || method.getName().equals("predict"))
        .mapToInt(method -> (int) Arrays.stream(method.getParameterTypes()).filter(int.class::equals).count()).max().orElse(0);
  }

  private Instance construct(Object... arguments) {
    try {
      Constructor<?> constructor = Arrays.stream(type.getConstructors()).filter(c -> c.getParameterCount() == arguments.length)
          .findFirst().orElseThrow(() -> new AssertionError("no constructor with " + arguments.length + " arguments"));
      return new Instance(constructor.newInstance(arguments));
    } catch (InvocationTargetException thrown) {
      throw rethrown(thrown);
    } catch (ReflectiveOperationException broken) {
      throw new AssertionError(broken);
    }
  }

  /** One object of the class. */
  public final class Instance {
    private final Object object;

    private Instance(Object object) {
      this.object = object;
    }

    public Object object() {
      return object;
    }

    /** The constant of that name. */
    int count(String constant) {
      try {
        return type.getField(constant).getInt(null);
      } catch (ReflectiveOperationException broken) {
        throw new AssertionError(broken);
      }
    }

    /** Calls the public method of that name and number of arguments; what it throws unchecked comes through. */
    @SuppressWarnings("unchecked")
    public <T> T call(String method, Object... arguments) {
      Method found = Arrays.stream(type.getMethods())
          .filter(m -> m.getName().equals(method) && takes(m, arguments))
          .findFirst().orElseThrow(() -> new AssertionError("no method " + method + " with " + arguments.length + " arguments"));
      try {
        return (T) found.invoke(object, arguments);
      } catch (InvocationTargetException thrown) {
        throw rethrown(thrown);
      } catch (IllegalAccessException broken) {
        throw new AssertionError(broken);
      }
    }
  }

  private static boolean takes(Method method, Object[] arguments) {
    Class<?>[] types = MethodType.methodType(void.class, method.getParameterTypes()).wrap().parameterArray();
    return types.length == arguments.length && IntStream.range(0, types.length).allMatch(k -> types[k].isInstance(arguments[k]));
  }

  private static RuntimeException rethrown(InvocationTargetException thrown) {
    Throwable cause = thrown.getCause();
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException runtime ? runtime : new CheckedException(cause);
  }

  /** A checked exception that a generated method threw. */
  public static final class CheckedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CheckedException(Throwable cause) {
      super(cause);
    }
  }
}
