package dev.nngen.model;

import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Item.BlockItem;
import dev.nngen.ast.Statement;
import dev.nngen.ast.Statement.ParamDecl;
import dev.nngen.ast.Statement.Return;
import dev.nngen.ast.Statement.SizeDecl;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Calls of layers: the body is typed in place of the call, in the orientation of the file that it stands in; arguments and
 * result are transposed where the caller's is the other one.
 */
final class Layers {

  private final Session session;

  Layers(Session session) {
    this.session = session;
  }

  int call(Definition layer, Invocation call) {
    Optional<CallSite> site = call.frame().site;
    if (call.frame().code != Frame.Code.MATRIX || site.isEmpty()) {
      session.report.intrinsic(Diagnostic.of(ErrorCode.NOT_CALLABLE, call.name(),
          "`" + layer.label() + "` is a layer and cannot be called in " + call.frame().code.article)
          .note(layer.place(), "it is defined here"));
      return Values.POISON;
    }
    Frame body = Frame.of(layer.home(), Frame.Code.MATRIX, session.rowsOf(layer.home()));
    Invocation turned = body.rows == call.frame().rows ? call : transposed(call);
    Optional<Map<String, Arguments.Given>> given = session.arguments.bind(layer, turned, Map.of(), body);
    if (given.isEmpty() || isPoisoned(body) || !new SizeArguments(session).areNumbers(layer, turned, given.get())
        || !session.enter(layer, call.span())) {
      return Values.POISON;
    }
    session.report.enter(call.span(), layer);
    CallSite.LayerCall noted = new CallSite.LayerCall();
    site.get().calls.add(noted);
    int result = expand(layer, body, noted);
    session.report.leave();
    session.leave();
    return body.rows == call.frame().rows || result == Values.POISON ? result : session.values.turn(result);
  }

  private Invocation transposed(Invocation call) {
    return new Invocation(call.callee(), call.call(), call.piped().map(this::transposed),
        call.given().stream().map(this::transposed).toList(), call.span(), call.frame());
  }

  private Arguments.Given transposed(Arguments.Given given) {
    return given.binding() instanceof Binding.Bound bound
        ? new Arguments.Given(given.expr(), new Binding.Bound(session.values.turn(bound.value()), bound.declared()),
            given.name())
        : given;
  }

  private static boolean isPoisoned(Frame body) {
    return body.bindings.values().stream().anyMatch(b -> b instanceof Binding.Bound bound && bound.value() == Values.POISON);
  }

  private int expand(Definition layer, Frame body, CallSite.LayerCall noted) {
    Map<String, Span> declared = new LinkedHashMap<>();
    layer.parameters().forEach(p -> declared.put(p.name().name(), p.name().span()));
    Optional<Integer> result = Optional.empty();
    for (Statement statement : ((BlockItem) layer.item()).body()) {
      if (result.isPresent()) {
        session.report.intrinsic(Diagnostic.of(ErrorCode.MISPLACED, statement.span(), "nothing may follow `return`"));
      } else if (statement instanceof Return returned) {
        result = Optional.of(session.expressions.value(returned.value(), body.at(noted.result)));
      } else {
        statement(statement, body, noted, declared);
      }
    }
    return result.orElseGet(() -> withoutReturn(layer));
  }

  private int withoutReturn(Definition layer) {
    session.report.intrinsic(Diagnostic.of(ErrorCode.INCOMPLETE_MODEL, layer.place(), "layer `" + layer.label()
        + "` returns nothing")
        .help("its last statement is `return` and a value"));
    return Values.POISON;
  }

  private void statement(Statement statement, Frame body, CallSite.LayerCall noted, Map<String, Span> declared) {
    if (statement instanceof Statement.Definition definition) {
      CallSite.Local local = new CallSite.Local(definition.name().name(), false);
      local.value = session.expressions.defined(definition, body.at(local.site));
      bind(definition.name(), local, body, noted, declared);
    } else if (statement instanceof ParamDecl param) {
      CallSite.Local local = new CallSite.Local(param.name().name(), true);
      local.value = session.declarations.declare(param, local, body);
      bind(param.name(), local, body, noted, declared);
    } else if (statement instanceof SizeDecl size) {
      body.bind(size.name().name(), session.sizing.declared(size, body), size.name().span());
    } else {
      session.report.intrinsic(Diagnostic.of(ErrorCode.MISPLACED,
          statement.span(), "this statement may not stand in a layer")
          .help("a layer has `param`, `size`, definitions and `return`"));
      NameCheck.names(statement).forEach(name -> body.bind(name.name(), Values.POISON, name.span()));
    }
  }

  private void bind(Name name, CallSite.Local local, Frame body, CallSite.LayerCall noted, Map<String, Span> declared) {
    Span before = declared.putIfAbsent(name.name(), name.span());
    if (before != null) {
      session.report.intrinsic(Diagnostic.of(ErrorCode.DUPLICATE_NAME, name.span(), "`" + name.name() + "` is defined twice")
          .note(before, "first here"));
      return;
    }
    body.bind(name.name(), local.value, name.span());
    noted.locals.add(local);
    if (body.rows != session.rows && local.value != Values.POISON) {
      local.value = session.values.turn(local.value);
    }
  }
}
