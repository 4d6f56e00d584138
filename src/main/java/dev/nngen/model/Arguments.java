package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Expr.Argument;
import dev.nngen.ast.Expr.Call;
import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Item.Parameter;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import dev.nngen.parse.ForeignSpellings;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Binds arguments to parameters: by position, by name, or by default. */
final class Arguments {

  /** A typed argument and the name by which it was passed, if any. */
  record Given(Expr expr, Binding binding, Optional<Name> name) {
    Given(Expr expr, Binding binding) {
      this(expr, binding, Optional.empty());
    }

    /** Returns the value's id; {@link Values#POISON} for a function. */
    int id() {
      return binding instanceof Binding.Bound bound ? bound.value() : Values.POISON;
    }
  }

  private final Session session;

  Arguments(Session session) {
    this.session = session;
  }

  /** Types the arguments in parentheses, in source order. */
  List<Given> evaluate(Call call, Frame frame) {
    return call.arguments().stream().map(argument -> given(argument, frame)).toList();
  }

  private Given given(Argument argument, Frame frame) {
    return new Given(argument.value(), session.expressions.argument(argument.value(), frame), argument.name());
  }

  /** Types the arguments of {@code where}: all but the condition, its first, are branches. */
  List<Given> branches(Call call, Optional<Given> piped, Frame frame) {
    List<Given> given = new ArrayList<>();
    for (Argument argument : call.arguments()) {
      int condition = piped.map(Given::id).orElseGet(() -> given.isEmpty() ? Values.POISON : given.get(0).id());
      if (condition == Values.POISON) {
        given.add(given(argument, frame));
      } else {
        session.preconditions.enterBranch(condition);
        given.add(given(argument, frame));
        session.preconditions.leaveBranch();
      }
    }
    return given;
  }

  /**
   * Binds each parameter of the definition to its argument or default.
   *
   * @param preset parameters that the compiler binds and that take no positional argument, such as fanIn
   * @param body receives the bindings; defaults are typed in it, so that they see earlier parameters
   * @return the given arguments by parameter; empty after a reported error
   */
  Optional<Map<String, Given>> bind(Definition callee, Invocation call, Map<String, Integer> preset, Frame body) {
    Optional<Map<String, Given>> matched = match(callee, call, preset);
    if (matched.isEmpty()) {
      return matched;
    }
    for (Parameter parameter : callee.parameters()) {
      String name = parameter.name().name();
      Given given = matched.get().get(name);
      if (given != null) {
        body.bind(name, given.binding());
      } else if (preset.containsKey(name)) {
        body.bind(name, preset.get(name), parameter.name().span());
      } else {
        body.bind(name, session.expressions.argument(parameter.fallback().orElseThrow(), body));
      }
      if (!parameter.pattern().isEmpty() && !matches(callee, call, parameter, body)) {
        return Optional.empty();
      }
    }
    return matched;
  }

  /** Binds the names of a pattern to the sizes of the argument's axes, except the axis of samples. */
  private boolean matches(Definition callee, Invocation call, Parameter parameter, Frame body) {
    if (!(body.bindings.get(parameter.name().name()) instanceof Binding.Bound bound) || bound.value() == Values.POISON) {
      return true;
    }
    Shape shape = session.values.shape(bound.value());
    List<Size> axes = shape.axes().stream().filter(size -> !size.isSamples()).toList();
    List<Name> pattern = parameter.pattern();
    if (pattern.size() < axes.size() && !shape.isTensor()) {
      axes = axes.stream().filter(size -> !size.isOne()).toList();
    }
    if (axes.size() != pattern.size()) {
      session.report.error(Diagnostic.of(ErrorCode.SHAPE_MISMATCH, call.span(), "`" + callee.label() + "` takes a value with "
          + pattern.size() + " axes for each sample, " + pattern.stream().map(Name::name).collect(Collectors.joining(", ", "[", "]")) + ", and this one has the axes "
          + Subscripted.text(shape)).note(callee.place(), "declared here: `" + callee.signature() + "`"));
      return false;
    }
    for (int k = 0; k < axes.size(); k++) {
      body.bind(pattern.get(k).name(), session.sizing.value(axes.get(k)), pattern.get(k).span());
    }
    return true;
  }

  /** Returns the arguments of a built-in function in the order of its parameters; empty after a reported error. */
  Optional<List<Given>> bind(Builtin callee, Invocation call) {
    List<Given> all = call.all();
    List<Given> ordered = new ArrayList<>();
    for (int k = 0; k < all.size(); k++) {
      Optional<Name> name = all.get(k).name();
      boolean inPlace = name.isEmpty() || k < callee.parameters().size()
          && callee.parameters().get(k).equals(name.get().name());
      if (!inPlace) {
        Diagnostic fault = Diagnostic.of(ErrorCode.WRONG_ARGUMENTS, name.get().span(), "`" + callee.label() + "` takes no argument `"
            + name.get().name() + "` here");
        session.report.error(fault.help(ForeignSpellings.parameter(name.get().name(), callee.parameters()).orElse("it is called as `" + callee.signature() + "`")));
        return Optional.empty();
      }
      ordered.add(all.get(k));
    }
    return callee.admits(all.size()) ? Optional.of(ordered)
        : wrong(call, call.span(), "`" + callee.label() + "` is given " + count(all.size()), Optional.empty());
  }

  private Optional<Map<String, Given>> match(Definition callee, Invocation call, Map<String, Integer> preset) {
    Map<String, Given> matched = new LinkedHashMap<>();
    Iterator<Parameter> positions = callee.parameters().stream().filter(p -> !preset.containsKey(p.name().name())).iterator();
    for (Given given : call.all()) {
      if (given.name().isEmpty() && !positions.hasNext()) {
        return wrong(call, given.expr().span(), "`" + callee.label() + "` is given too many arguments", Optional.of(callee));
      }
      String name = given.name().map(Name::name).orElseGet(() -> positions.next().name().name());
      if (callee.parameters().stream().noneMatch(p -> p.name().name().equals(name))) {
        return unknown(callee, given.name().orElseThrow());
      }
      if (matched.putIfAbsent(name, given) != null) {
        return wrong(call, given.expr().span(), "`" + callee.label() + "` is given `" + name
            + "` twice", Optional.of(callee));
      }
    }
    for (Parameter parameter : callee.parameters()) {
      String name = parameter.name().name();
      if (!matched.containsKey(name) && !preset.containsKey(name) && parameter.fallback().isEmpty()) {
        return missing(callee, call, name);
      }
    }
    return Optional.of(matched);
  }

  /** Reports a parameter without an argument, with a special help for habits of other languages. */
  private Optional<Map<String, Given>> missing(Definition callee, Invocation call, String name) {
    Diagnostic fault = Diagnostic.of(ErrorCode.WRONG_ARGUMENTS, call.span(), "`" + callee.label() + "` is not given `" + name + "`")
        .note(callee.place(), "declared here: `" + callee.signature() + "`");
    boolean sizesOnly = !call.given().isEmpty() && call.all().stream().allMatch(g -> session.values.constant(g.id()).isPresent());
    if (callee.sort() == Callee.Sort.FUNCTION && call.all().isEmpty() && !call.call().span().equals(call.name())) {
      fault = fault.help("a function is passed by its name: `" + callee.label() + "`");
    } else if (callee.sort() == Callee.Sort.LAYER && sizesOnly) {
      String given = call.given().stream().map(g -> g.name().map(n -> n.name() + " = ").orElse("") + FaultReport.excerpt(g.expr().span()))
          .collect(Collectors.joining(", "));
      fault = fault.help("a layer is called with its input: `" + callee.label() + "(" + callee.parameters().get(0).name().name() + ", " + given + ")`");
    }
    report(callee, fault);
    return Optional.empty();
  }

  private Optional<Map<String, Given>> unknown(Definition callee, Name name) {
    List<String> names = callee.parameters().stream().map(p -> p.name().name()).toList();
    Diagnostic fault = Diagnostic.of(ErrorCode.WRONG_ARGUMENTS, name.span(),
        "`" + callee.label() + "` has no parameter `" + name.name() + "`").note(callee.place(), "declared here: `"
            + callee.signature() + "`");
    report(callee, NameHelp.parameter(fault, name.name(), names));
    return Optional.empty();
  }

  /** Reports a call that does not fit a signature, unless the body shows that the user's own definition is wrong. */
  private void report(Definition callee, Diagnostic fault) {
    List<Diagnostic> faults = new ArrayList<>();
    if (!callee.home().isLibrary()) {
      new NameCheck(faults::add).check(callee);
    }
    if (faults.isEmpty()) {
      session.report.error(fault);
    }
    faults.forEach(session.report::intrinsic);
  }

  private <T> Optional<T> wrong(Invocation call, Span span, String message, Optional<Definition> declared) {
    Diagnostic fault = Diagnostic.of(ErrorCode.WRONG_ARGUMENTS, span, message);
    String signature = call.callee().signature();
    session.report.error(declared.map(d -> fault.note(d.place(), "declared here: `" + signature + "`"))
        .orElseGet(() -> fault.help("it is called as `" + signature + "`")));
    return Optional.empty();
  }

  private static String count(int arguments) {
    return arguments == 0 ? "no argument" : arguments + (arguments == 1 ? " argument" : " arguments");
  }
}
