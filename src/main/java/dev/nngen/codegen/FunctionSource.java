package dev.nngen.codegen;

import com.palantir.javapoet.MethodSpec;
import dev.nngen.ir.Fn;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.Plan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/**
 * Reads the functions that the JDK does not have, as methods of a generated class. Their text is that of the classes in {@code ir.special}, which the
 * compiler itself calls, so both compute the same. These classes have static methods of doubles, and import statically the methods that they call of
 * each other.
 */
final class FunctionSource {

  private static final Pattern IMPORT = Pattern.compile("^import static ([\\w.]+)\\.(\\w+)\\.\\w+;", Pattern.MULTILINE);
  private static final Pattern METHOD = Pattern.compile("(?:  /\\*\\*(?<doc>(?:(?!\\*/).)*)\\*/\n)?  (?:public |private )?static double (?<name>\\w+)\\("
      + "(?<parameters>[^)]*)\\) \\{\n(?<body>.*?)\n  }\n", Pattern.DOTALL);

  private FunctionSource() {}

  /** Returns the methods that the plan's kernels call, in the order of {@link Fn}, callees first. */
  static List<MethodSpec> methods(Plan plan) {
    Map<String, MethodSpec> methods = new LinkedHashMap<>();
    Arrays.stream(Fn.values()).filter(fn -> fn.source().isPresent() && isApplied(plan, fn))
        .forEach(fn -> add(fn.source().get(), fn.source().get().getSimpleName(), methods));
    return List.copyOf(methods.values());
  }

  private static boolean isApplied(Plan plan, Fn fn) {
    return plan.allKernels()
        .anyMatch(kernel -> kernel.steps().stream().anyMatch(step -> Accesses.applies(step, fn)));
  }

  private static void add(Class<?> home, String name, Map<String, MethodSpec> methods) {
    String text = read(home, name + ".java");
    Matcher method = METHOD.matcher(text);
    while (method.find()) {
      methods.putIfAbsent(method.group("name"), method(method));
    }
    Matcher called = IMPORT.matcher(text);
    while (called.find()) {
      if (called.group(1).equals(home.getPackageName())) {
        add(home, called.group(2), methods);
      }
    }
  }

  private static MethodSpec method(Matcher found) {
    MethodSpec.Builder method = MethodSpec.methodBuilder(found.group("name")).addModifiers(Modifier.PRIVATE, Modifier.STATIC).returns(double.class);
    for (String parameter : found.group("parameters").split(", ")) {
      method.addParameter(double.class, parameter.substring(parameter.lastIndexOf(' ') + 1));
    }
    if (found.group("doc") != null) {
      method.addJavadoc("$L\n", found.group("doc").lines().map(line -> line.replaceFirst("^ *\\* ?", "").strip())
          .filter(line -> !line.isEmpty()).collect(Collectors.joining("\n")));
    }
    return method.addCode("$L\n", found.group("body").lines().map(line -> line.replaceFirst("^ {4}", "")).collect(Collectors.joining("\n"))).build();
  }

  private static String read(Class<?> home, String name) {
    try (InputStream in = home.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the text of " + name + " is not beside its class");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
