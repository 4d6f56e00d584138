package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Item.BlockItem;
import dev.nngen.ast.Item.Parameter;
import dev.nngen.ast.Statement;
import dev.nngen.ast.Statement.ParamDecl;
import dev.nngen.ast.Statement.SizeDecl;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks the arguments that a layer uses as sizes at the call, so that an error is shown in the caller's text. */
final class SizeArguments {

  private final Session session;

  SizeArguments(Session session) {
    this.session = session;
  }

  /** Whether each size is a number; reports the first that is not, unless its value is already poison. */
  boolean areNumbers(Definition layer, Invocation call, Map<String, Arguments.Given> given) {
    Set<String> direct = new LinkedHashSet<>();
    Set<String> sizes = of(layer, direct);
    for (String size : sizes) {
      Arguments.Given argument = given.get(size);
      if (argument == null) {
        continue;
      }
      if (argument.binding() instanceof Binding.Bound bound && bound.value() == Values.POISON) {
        return false;
      }
      if (!isNumber(argument)) {
        if (layer.home().isLibrary() || session.report.isFirst(layer.label() + "(" + size)) {
          report(layer, call, given, sizes, size);
        }
        return false;
      }
      if (direct.contains(size) && isNoSize(argument)) {
        return false;
      }
    }
    return true;
  }

  private boolean isNoSize(Arguments.Given argument) {
    return !isRuntime(argument.id()) && session.sizing.number(argument.expr(), argument.id()).isEmpty();
  }

  private boolean isRuntime(int value) {
    return session.values.get(value).op() instanceof Op.Count count && !count.size().isSamples();
  }

  private boolean isNumber(Arguments.Given argument) {
    return argument.binding() instanceof Binding.Bound bound && (session.values.constant(bound.value()).isPresent() || isRuntime(bound.value()));
  }

  private void report(Definition layer, Invocation call, Map<String, Arguments.Given> given, Set<String> sizes, String size) {
    Arguments.Given wrong = given.get(size);
    String value = layer.parameters().stream().map(p -> p.name().name())
        .filter(p -> !sizes.contains(p) && given.containsKey(p) && isNumber(given.get(p)))
        .findFirst().orElse("");
    Diagnostic fault = Diagnostic.of(ErrorCode.NOT_A_CONSTANT, wrong.expr().span(), "the size `" + size + "` of `" + layer.label()
        + "` must be known at compile time, and `" + FaultReport.excerpt(wrong.expr().span()) + "` is not")
        .note(layer.place(), "declared here: `" + layer.signature() + "`");
    if (value.isEmpty()) {
      session.report.error(fault.help("write a number, or a name for it: `size n = 4;`"));
      return;
    }
    String arguments = call.all().stream().map(g -> text(g, given.get(size), given.get(value))).collect(Collectors.joining(", "));
    session.report.error(Diagnostic.of(ErrorCode.WRONG_ARGUMENTS, call.span(), "the arguments of `" + layer.label() + "` are swapped")
        .note(layer.place(), "declared here: `" + layer.signature() + "`")
        .help("write `" + layer.label() + "(" + arguments + ")`"));
  }

  /** Returns an argument's text; the two swapped arguments have each other's text. */
  private static String text(Arguments.Given argument, Arguments.Given one, Arguments.Given other) {
    Arguments.Given shown = argument.equals(one) ? other : argument.equals(other) ? one : argument;
    return argument.name().map(name -> name.name() + " = ").orElse("") + FaultReport.excerpt(shown.expr().span());
  }

  /**
   * Returns the parameters of a layer that its text uses in sizes of its own parameters.
   *
   * @param direct receives those that are a size by themselves
   */
  private static Set<String> of(Definition layer, Set<String> direct) {
    Set<String> named = new LinkedHashSet<>();
    for (Statement statement : ((BlockItem) layer.item()).body()) {
      if (statement instanceof ParamDecl param) {
        param.sizes().forEach(size -> collect(size, named));
        param.sizes().stream().filter(Expr.Name.class::isInstance).forEach(size -> collect(size, direct));
      } else if (statement instanceof SizeDecl size) {
        size.value().ifPresent(value -> collect(value, named));
      }
    }
    named.retainAll(layer.parameters().stream().map(Parameter::name).map(Expr.Name::name).toList());
    return named;
  }

  /** Collects the names in an expression that are used as numbers, not as arguments of functions such as {@code rows(X)}. */
  private static void collect(Expr expr, Set<String> names) {
    if (expr instanceof Expr.Name name) {
      names.add(name.name());
    } else if (expr instanceof Expr.Binary binary) {
      List.of(binary.left(), binary.right()).forEach(side -> collect(side, names));
    } else if (expr instanceof Expr.Unary unary) {
      collect(unary.operand(), names);
    }
  }
}
