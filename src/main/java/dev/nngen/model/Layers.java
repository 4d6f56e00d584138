package dev.nngen.model;

import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Item.BlockItem;
import dev.nngen.ast.Statement;
import dev.nngen.ast.Statement.ParamDecl;
import dev.nngen.ast.Statement.Repeat;
import dev.nngen.ast.Statement.Return;
import dev.nngen.ast.Statement.SizeDecl;
import dev.nngen.ast.Statement.Unpacking;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Types calls of layers: the body is typed in place of the call, in the orientation of its file; arguments and result are transposed if the caller's
 * orientation differs.
 */
final class Layers {

  private final Session session;
  /** The call of which all results have names; other calls must return a single value. */
  private Optional<Span> unpacked = Optional.empty();
  private Optional<SharedLayer> sharing = Optional.empty();

  Layers(Session session) {
    this.session = session;
  }

  /** Returns the results of a layer with as many values as there are names; poison otherwise. The call is recorded at the site of the frame. */
  List<Integer> results(Unpacking unpacking, Frame frame) {
    Optional<Span> before = unpacked;
    unpacked = Optional.of(unpacking.value().span());
    int first = session.expressions.value(unpacking.value(), frame);
    unpacked = before;
    List<CallSite.LayerCall> calls = frame.site.orElseThrow().calls;
    List<Integer> results = calls.isEmpty() ? List.of() : calls.get(calls.size() - 1).results;
    if (first == Values.POISON || results.size() == unpacking.names().size() && results.get(0) == first) {
      return first == Values.POISON ? Collections.nCopies(unpacking.names().size(), first) : results;
    }
    session.report.error(Diagnostic.of(ErrorCode.WRONG_ARGUMENTS, unpacking.value().span(), "this is " + (results.size() < 2 ? "one value" : results.size() + " values")
        + ", and there are " + unpacking.names().size() + " names").help("names in parentheses are for the results of a layer: `return H, C;`"));
    return Collections.nCopies(unpacking.names().size(), Values.POISON);
  }

  /** Returns the value of a call of a layer with shared parameters. */
  int call(SharedLayer shared, Invocation call) {
    Optional<SharedLayer> before = sharing;
    sharing = Optional.of(shared);
    shared.begin(session.states.after());
    List<Arguments.Given> given = Stream.concat(call.given().stream(), shared.common.stream()).toList();
    int result = call(shared.layer, new Invocation(shared.layer, call.call(), call.piped(), given, call.span(), call.frame()));
    sharing = before;
    return result;
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
    List<Integer> results = expand(layer, body, noted);
    session.report.leave();
    session.leave();
    results.forEach(result -> noted.results.add(body.rows == call.frame().rows || result == Values.POISON ? result : session.values.turn(result)));
    if (results.size() > 1 && !unpacked.equals(Optional.of(call.span()))) {
      session.report.error(Diagnostic.of(ErrorCode.WRONG_ARGUMENTS, call.span(), "`" + layer.label() + "` returns " + results.size() + " values")
          .note(layer.place(), "it is defined here").help("give each a name: `(A, B) = " + layer.label() + "(..);`"));
      return Values.POISON;
    }
    return noted.results.get(0);
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

  private List<Integer> expand(Definition layer, Frame body, CallSite.LayerCall noted) {
    Map<String, Span> declared = new LinkedHashMap<>();
    layer.parameters().forEach(p -> declared.put(p.name().name(), p.name().span()));
    List<Integer> results = new ArrayList<>();
    for (Statement statement : ((BlockItem) layer.item()).body()) {
      if (!results.isEmpty()) {
        session.report.intrinsic(Diagnostic.of(ErrorCode.MISPLACED, statement.span(), "no statement may follow `return`"));
      } else if (statement instanceof Return returned) {
        returned.values().forEach(value -> results.add(session.expressions.value(value, body.at(noted.result))));
      } else {
        statement(statement, body, noted, declared);
      }
    }
    session.states.requireUpdates(body);
    return results.isEmpty() ? List.of(withoutReturn(layer)) : results;
  }

  private int withoutReturn(Definition layer) {
    session.report.intrinsic(Diagnostic.of(ErrorCode.INCOMPLETE_MODEL, layer.place(), "layer `" + layer.label()
        + "` does not return a value")
        .help("end it with `return` and a value"));
    return Values.POISON;
  }

  private void statement(Statement statement, Frame body, CallSite.LayerCall noted, Map<String, Span> declared) {
    if (statement instanceof Statement.Definition || statement instanceof Unpacking) {
      define(statement, "", body).forEach(local -> bind(local, body, noted, declared));
    } else if (statement instanceof ParamDecl param && sharing.isPresent()) {
      body.bind(param.name().name(), sharing.get().parameter(param, body, session), param.name().span());
    } else if (statement instanceof Statement.StateDecl states) {
      states.states().forEach(state -> state(state, body, noted, declared));
    } else if (statement instanceof Statement.NoiseDecl noise) {
      CallSite.Local local = new CallSite.Local(noise.name().name(), false);
      local.value = session.noises.declare(noise, local, body);
      bind(new Named(noise.name(), local), body, noted, declared);
    } else if (statement instanceof Statement.UpdateDecl update) {
      session.states.update(update, body, sharing.map(SharedLayer::before).orElse(Map.of()));
    } else if (statement instanceof ParamDecl param) {
      CallSite.Local local = new CallSite.Local(param.name().name(), true);
      local.value = session.declarations.declare(param, local, body);
      bind(new Named(param.name(), local), body, noted, declared);
    } else if (statement instanceof SizeDecl size && size.value().isEmpty()) {
      session.report.intrinsic(Diagnostic.of(ErrorCode.MISPLACED, size.span(), "a size known only at run time cannot be declared in a layer")
          .help("declare it in the model, or at the top of a file, and take it from an argument: `layer name(X[c, " + size.name().name() + "])`"));
      body.bind(size.name().name(), Values.POISON, size.name().span());
    } else if (statement instanceof SizeDecl size) {
      body.bind(size.name().name(), session.sizing.declared(size, body), size.name().span());
    } else if (statement instanceof Repeat repeat) {
      repeat(repeat, "", body, noted);
    } else if (statement instanceof Statement.Over over) {
      session.blocks.type(over, body, (definition, inside) -> define(definition, "", inside).stream().map(named -> {
        bind(named, inside, noted, declared);
        return named.local;
      }).toList());
    } else {
      session.report.intrinsic(Diagnostic.of(ErrorCode.MISPLACED,
          statement.span(), "this statement is not allowed in a layer")
          .help("a layer has `param`, `state`, `update`, `noise`, `size`, definitions, `repeat`, `over` and `return`"));
      NameCheck.names(statement).forEach(name -> body.bind(name.name(), Values.POISON, name.span()));
    }
  }

  private void repeat(Repeat repeat, String outer, Frame body, CallSite.LayerCall noted) {
    new RepeatExpansion(session).forEach(repeat, body, (statement, number) -> {
      String round = outer + "_" + number;
      if (statement instanceof Repeat inner) {
        repeat(inner, round, body, noted);
      } else if (statement instanceof Statement.Over over) {
        session.blocks.type(over, body, (definition, inside) -> round(definition, round, inside, noted));
      } else {
        round(statement, round, body, noted);
      }
    });
  }

  private List<CallSite.Local> round(Statement definition, String round, Frame body, CallSite.LayerCall noted) {
    return define(definition, round, body).stream().map(named -> {
      body.bind(named.name.name(), named.local.value, named.name.span());
      note(named.local, body, noted);
      return named.local;
    }).toList();
  }

  private void state(ParamDecl state, Frame body, CallSite.LayerCall noted, Map<String, Span> declared) {
    if (sharing.isPresent()) {
      body.bind(state.name().name(), sharing.get().state(state, body, session), state.name().span());
      return;
    }
    CallSite.Local local = new CallSite.Local(state.name().name(), false);
    local.value = session.states.declare(state, local, body);
    bind(new Named(state.name(), local), body, noted, declared);
  }

  /** A name and the value of its definition. */
  private record Named(Name name, CallSite.Local local) {}

  /** Types a definition; several names share the values that the call owns. */
  private List<Named> define(Statement statement, String round, Frame body) {
    List<Name> names = Declarations.names(statement);
    CallSite.Local first = new CallSite.Local(names.get(0).name() + round, false);
    List<Integer> values = session.blocks.everywhere(statement instanceof Unpacking unpacking ? results(unpacking, body.at(first.site))
        : List.of(session.expressions.defined((Statement.Definition) statement, body.at(first.site))), body);
    List<Named> named = new ArrayList<>();
    for (int k = 0; k < names.size(); k++) {
      CallSite.Local local = k == 0 ? first : new CallSite.Local(names.get(k).name() + round, false);
      local.value = values.get(k);
      named.add(new Named(names.get(k), local));
    }
    return named;
  }

  private void bind(Named named, Frame body, CallSite.LayerCall noted, Map<String, Span> declared) {
    Name name = named.name;
    Span before = declared.putIfAbsent(name.name(), name.span());
    if (before != null) {
      session.report.intrinsic(FaultReport.definedTwice("`" + name.name() + "`", name.span(), before));
      return;
    }
    body.bind(name.name(), named.local.value, name.span());
    note(named.local, body, noted);
  }

  private void note(CallSite.Local local, Frame body, CallSite.LayerCall noted) {
    noted.locals.add(local);
    if (body.rows != session.rows && local.value != Values.POISON) {
      local.value = session.values.turn(local.value);
    }
  }
}
