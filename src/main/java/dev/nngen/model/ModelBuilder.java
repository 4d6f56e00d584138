package dev.nngen.model;

import dev.nngen.ast.AstPrinter;
import dev.nngen.ast.Expr;
import dev.nngen.ast.Item.ModelItem;
import dev.nngen.ast.Statement;
import dev.nngen.ast.Statement.DataDecl;
import dev.nngen.ast.Statement.Definition;
import dev.nngen.ast.Statement.Minimize;
import dev.nngen.ast.Statement.Output;
import dev.nngen.ast.Statement.ParamDecl;
import dev.nngen.ast.Statement.Prove;
import dev.nngen.ast.Statement.Repeat;
import dev.nngen.ast.Statement.Share;
import dev.nngen.ast.Statement.SizeDecl;
import dev.nngen.ast.Statement.Train;
import dev.nngen.ast.Statement.Unpacking;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import dev.nngen.ir.AxisNames;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import javax.lang.model.SourceVersion;

/** Types the statements of a model in source order. */
final class ModelBuilder {

  /** Words that Java forbids only as names of classes. */
  private static final Set<String> RESTRICTED = Set.of("permits", "record", "sealed", "var", "yield");

  private final ModelItem item;
  private final Declarations outline;
  private final FaultReport report;
  private final Session session;
  private Frame frame;
  private final Naming naming;
  private final DataDeclarations data;
  private final ModelCompleteness conclusion;
  private final List<CallSite.Local> names = new ArrayList<>();
  private final List<Model.Claim> claims = new ArrayList<>();
  /** Shared layers that have no call yet. */
  private final List<SharedLayer> shared = new ArrayList<>();
  private final List<Train> trains = new ArrayList<>();
  private final List<Optional<Update>> optimizers = new ArrayList<>();

  /**
   * @param carried the shapes of carried values, as far as the previous typing of the model has found them
   */
  ModelBuilder(ModelItem item, FileScope file, FaultReport report, Map<Integer, Block.Carry> carried) {
    this.item = item;
    this.report = report;
    this.outline = Declarations.of(item, file, report);
    this.session = new Session(report, file, outline.rows(), outline.singlePrecision(), outline.batched(), carried);
    this.frame = Frame.of(file, Frame.Code.MATRIX, outline.rows());
    this.naming = new Naming(outline.names(), report);
    this.data = new DataDeclarations(session);
    this.conclusion = new ModelCompleteness(session, item);
    frame.later.putAll(outline.names());
  }

  /** Returns the model; empty if it has errors. */
  Optional<Model> build() {
    report.begin();
    checkName();
    if (!report.isOriented()) {
      return Optional.empty();
    }
    item.body().forEach(this::statement);
    session.states.requireUpdates(frame);
    new NestedRecurrences(session).check();
    Optional<ModelCompleteness.Ends> ends = conclusion.conclude(frame, names, data.declared(), trains);
    List<List<String>> groups = Groups.divide(session, Groups.Kind.OPTIMIZER, trains.stream().map(train -> new Groups.Member(train.parameters(), train.span())).toList());
    if (report.hasErrors() || ends.isEmpty()) {
      return Optional.empty();
    }
    List<Model.Condition> conditions = session.preconditions.conclude(data.declared()).stream().map(condition ->
        new Model.Condition(outside(condition.value()), condition.interval(), condition.declared(), condition.need())).toList();
    List<Model.Parameter> parameters = session.parameters.stream()
        .map(p -> new Model.Parameter(p.local().name, p.shape(), p.matrix(), p.initial(), p.decl().frozen())).toList();
    List<Model.Named> named = names.stream().map(n -> new Model.Named(n.name, outside(n.value))).toList();
    List<Model.Recurrence> recurrences = session.recurrences().stream().map(carried -> new Model.Recurrence(carried.number, carried.local.orElseThrow().name, carried.axis)).toList();
    List<Model.State> states = session.states.declared().stream().map(state -> new Model.State(state.name(), state.shape(), state.initial(), outside(state.next()))).toList();
    List<Model.Fact> facts = session.facts.stream().map(this::outside).toList();
    return Optional.of(new Model(item.name().name(), item.name().span(), session.singlePrecision, session.rows, session.values.all(),
        data.declared(), parameters, named, ends.get().losses(), ends.get().outputs(), facts, conditions,
        IntStream.range(0, trains.size()).mapToObj(k -> optimizers.get(k).orElseThrow().of(groups.get(k))).toList(), claims, session.numbered.stream().map(Block::extent).toList(), recurrences,
        states, session.noises.declared(), session.runtime().stream().map(Size::name).toList(), axisNames(named)));
  }

  private Map<String, AxisNames> axisNames(List<Model.Named> named) {
    Map<String, AxisNames> all = new LinkedHashMap<>();
    named.forEach(name -> all.put(name.name(), session.indexNames.of(name.value(), session)));
    all.values().removeIf(AxisNames::isEmpty);
    return all;
  }

  private Model.Fact outside(Model.Fact fact) {
    return fact instanceof Model.Fact.Equality equality ? new Model.Fact.Equality(outside(equality.left()), outside(equality.right()))
        : new Model.Fact.Range(outside(((Model.Fact.Range) fact).value()), ((Model.Fact.Range) fact).interval());
  }

  private int outside(int value) {
    return session.outside(value, outline.rows());
  }

  /** Returns the shapes of carried values that were found, by the values' numbers. */
  Map<Integer, Block.Carry> carried() {
    return session.carried();
  }

  private void checkName() {
    String name = item.name().name();
    if (SourceVersion.isKeyword(name) || RESTRICTED.contains(name)) {
      report.error(ErrorCode.INVALID_NAME, item.name().span(), "`" + name + "` is not a valid Java class name");
    } else if (NestedClass.isNamed(name)) {
      report.error(ErrorCode.INVALID_NAME, item.name().span(), "`" + name + "` is reserved: generated classes nest a class of this name");
    } else if (isInJavaLang(name)) {
      report.error(ErrorCode.INVALID_NAME, item.name().span(), "a class `" + name + "` would hide Java's own");
    }
  }

  /** Whether Java code, including generated code, uses a class of this name without an import. */
  private static boolean isInJavaLang(String name) {
    try {
      return Modifier.isPublic(Class.forName("java.lang." + name, false, null).getModifiers());
    } catch (ClassNotFoundException none) {
      return false;
    }
  }

  private void statement(Statement statement) {
    if (statement instanceof DataDecl decl) {
      declare(decl.name(), data.declare(decl, frame));
      data.facts(decl, frame);
    } else if (statement instanceof ParamDecl param) {
      CallSite.Local local = new CallSite.Local(param.name().name(), true);
      local.value = session.declarations.declare(param, local, frame);
      bind(param.name(), local);
    } else if (statement instanceof Definition definition) {
      conclusion.defined(definition, define(definition, "").get(0).value);
    } else if (statement instanceof Unpacking unpacking) {
      define(unpacking, "");
    } else if (statement instanceof Share share) {
      share(share);
    } else if (statement instanceof Repeat repeat) {
      repeat(repeat, "").forEach(this::last);
    } else if (statement instanceof Statement.Over over) {
      session.blocks.type(over, frame, (definition, inside) -> define(definition, "", inside));
      over.body().stream().filter(Definition.class::isInstance).map(Definition.class::cast).filter(d -> frame.bindings.get(d.name().name()) instanceof Binding.Bound)
          .forEach(d -> conclusion.defined(d, ((Binding.Bound) frame.bindings.get(d.name().name())).value()));
    } else if (statement instanceof Minimize minimize) {
      minimize(minimize);
    } else if (statement instanceof SizeDecl size) {
      frame.bind(size.name().name(), session.sizing.declared(size, frame), size.name().span());
    } else if (statement instanceof Output output) {
      conclusion.output(output);
    } else if (statement instanceof Train train) {
      trains.add(train);
      optimizers.add(new Optimizers(session).update(train, frame));
    } else if (statement instanceof Prove prove) {
      prove(prove);
    } else if (statement instanceof Statement.Start) {
      report.error(Diagnostic.of(ErrorCode.MISPLACED, statement.span(), "`start` is only allowed in a block: it sets a value before the first index")
          .help("`over t { start H = 0; H = .. prev(H) ..; }`"));
    } else if (statement instanceof Statement.StateDecl state) {
      state.states().forEach(this::declareState);
    } else if (statement instanceof Statement.NoiseDecl noise) {
      CallSite.Local local = new CallSite.Local(noise.name().name(), false);
      local.value = session.noises.declare(noise, local, frame);
      bind(noise.name(), local);
    } else if (statement instanceof Statement.UpdateDecl update) {
      session.states.update(update, frame, Map.of());
    } else if (statement instanceof Statement.Return) {
      report.error(Diagnostic.of(ErrorCode.MISPLACED, statement.span(), "`return` is only allowed in a layer").help("a model names its predictions: `output P;`"));
      NameCheck.names(statement).forEach(name -> frame.bind(name.name(), Values.POISON, name.span()));
    }
  }

  /** Types a definition of a block, whose names are bound in the block's frame. */
  private List<CallSite.Local> define(Statement definition, String round, Frame inside) {
    Frame outer = frame;
    frame = inside;
    List<CallSite.Local> locals = define(definition, round);
    frame = outer;
    return locals;
  }

  private void declareState(ParamDecl state) {
    CallSite.Local local = new CallSite.Local(state.name().name(), false);
    local.value = session.states.declare(state, local, frame);
    bind(state.name(), local);
  }

  /**
   * Types a definition, and names its values and those of the layers called in it.
   *
   * @param round suffix of its names
   */
  private List<CallSite.Local> define(Statement definition, String round) {
    List<Expr.Name> written = Declarations.names(definition);
    Expr.Name first = written.get(0);
    CallSite site = new CallSite();
    List<Integer> values = session.blocks.everywhere(definition instanceof Unpacking unpacking ? session.layers.results(unpacking, frame.at(site))
        : List.of(session.expressions.defined((Definition) definition, frame.at(site))), frame);
    if (definition instanceof Definition single) {
      session.preconditions.define(first.span(), single.value(), values.get(0));
    }
    shared.stream().filter(layer -> !layer.owner.locals.isEmpty()).forEach(layer -> own(layer.owner, layer.name()));
    shared.removeIf(layer -> !layer.owner.locals.isEmpty());
    own(site, first.name() + round, first.span());
    List<CallSite.Local> locals = new ArrayList<>();
    for (int k = 0; k < written.size(); k++) {
      CallSite.Local local = new CallSite.Local(written.get(k).name() + round, false);
      local.value = values.get(k);
      locals.add(local);
      if (round.isEmpty()) {
        bind(written.get(k), local);
      } else {
        checkRound(local.name, written.get(k).span());
        names.add(local);
        frame.bind(local.name, local.value, written.get(k).span());
        frame.bind(written.get(k).name(), local.value, written.get(k).span());
      }
    }
    return locals;
  }

  private void checkRound(String name, Span place) {
    Span taken = outline.names().get(name);
    if (taken != null) {
      report.error(Diagnostic.of(ErrorCode.DUPLICATE_NAME, place, "a round's value is called `" + name + "`, which is already defined")
          .note(taken, "here").help("rename one of the two"));
    }
  }

  private void own(CallSite.LayerCall owner, Expr.Name name) {
    CallSite site = new CallSite();
    site.calls.add(owner);
    own(site, name.name(), name.span());
  }

  private void own(CallSite site, String name, Span place) {
    naming.name(site, name, place);
    Naming.forEach(site, owned -> {
      names.add(owned);
      frame.bind(owned.name, session.outside(owned.value, outline.rows(), frame.blocks), place);
    });
  }

  private void share(Share share) {
    Optional<Callee> layer = session.expressions.callee(share.layer().callee().name(), frame);
    if (layer.isEmpty() || layer.get().sort() != Callee.Sort.LAYER || !(layer.get() instanceof dev.nngen.model.Definition definition)) {
      report.error(Diagnostic.of(ErrorCode.NOT_CALLABLE, share.layer().callee().span(), "`" + share.layer().callee().name() + "` is not a layer; only layers can be shared")
          .help("`share enc = dense(units = 16);`, and then `A = enc(X);`"));
      frame.bind(share.name().name(), Values.POISON, share.name().span());
      return;
    }
    SharedLayer callee = new SharedLayer(share.name(), definition, session.arguments.evaluate(share.layer(), frame));
    shared.add(callee);
    frame.bind(share.name().name(), new Binding.Passed(callee));
  }

  /**
   * Types the rounds of a repetition. Rounds are named H_1, H_2, ..; H_0 is the value before, and H the last one.
   *
   * @param outer suffix of names in the enclosing round, empty outside of rounds
   * @return the values of the last round by their external names
   */
  private Map<String, CallSite.Local> repeat(Repeat repeat, String outer) {
    List<String> repeated = Declarations.names(repeat).stream().map(name -> name.name() + outer).toList();
    names.stream().filter(local -> repeated.contains(local.name)).forEach(before -> {
      String name = before.name;
      before.name += "_0";
      session.data.replaceAll(datum -> datum.name().equals(name) ? datum.named(before.name) : datum);
      checkRound(before.name, repeat.span());
      frame.bind(before.name, frame.bindings.get(name));
    });
    Map<String, CallSite.Local> last = new LinkedHashMap<>();
    new RepeatExpansion(session).forEach(repeat, frame, (statement, round) -> round(statement, outer, outer + "_" + round, last));
    return last;
  }

  private void round(Statement statement, String outer, String round, Map<String, CallSite.Local> last) {
    if (statement instanceof Repeat inner) {
      repeat(inner, round).forEach((name, local) -> {
        last(name, local);
        last.put(name.substring(0, name.length() - round.length()) + outer, local);
      });
    } else if (statement instanceof Statement.Over over) {
      session.blocks.type(over, frame, (definition, inside) -> {
        List<CallSite.Local> locals = define(definition, round, inside);
        note(locals, definition, outer, last);
        return locals;
      });
    } else {
      note(define(statement, round), statement, outer, last);
    }
  }

  private static void note(List<CallSite.Local> locals, Statement definition, String outer, Map<String, CallSite.Local> last) {
    List<Expr.Name> written = Declarations.names(definition);
    for (int k = 0; k < locals.size(); k++) {
      last.put(written.get(k).name() + outer, locals.get(k));
    }
  }

  /** Gives the value of a last round its external name. */
  private void last(String name, CallSite.Local round) {
    CallSite.Local local = new CallSite.Local(name, false);
    local.value = round.value;
    names.add(local);
    frame.bind(name, new Binding.Bound(session.outside(local.value, frame.rows), Optional.empty()));
  }

  private void minimize(Minimize minimize) {
    session.minimizing(true);
    define(new Definition(minimize.name(), minimize.value(), minimize.span()), "");
    session.minimizing(false);
    int value = names.get(names.size() - 1).value;
    if (value != Values.POISON && !session.values.shape(value).isScalar()) {
      report.error(Diagnostic.of(ErrorCode.NOT_A_SCALAR, minimize.value().span(),
          "`" + minimize.name().name() + "` is " + session.values.shape(value) + "; only a scalar can be minimized")
          .help("`mean(...)` sums over outputs and averages over samples"));
      value = Values.POISON;
      frame.bind(minimize.name().name(), value, minimize.name().span());
    }
    conclusion.minimize(minimize, value);
    conclusion.sum(outline.names().keySet()).ifPresent(sum -> {
      names.add(sum);
      frame.bind(sum.name, sum.value, minimize.span());
    });
  }

  private void declare(Expr.Name name, int value) {
    CallSite.Local local = new CallSite.Local(name.name(), false);
    local.value = value;
    bind(name, local);
  }

  /** Binds the name, unless it is already bound, which is reported elsewhere. */
  private void bind(Expr.Name name, CallSite.Local local) {
    names.add(local);
    if (outline.names().get(name.name()).equals(name.span())) {
      frame.bind(name.name(), local.value, name.span());
    }
  }

  private void prove(Prove prove) {
    int left = claimed(prove.left());
    int right = claimed(prove.right());
    if (left == Values.POISON || right == Values.POISON) {
      return;
    }
    Shape a = session.values.shape(left);
    Shape b = session.values.shape(right);
    Optional<Shape> both = a.broadcast(b).filter(shape -> shape.equals(a) || shape.equals(b));
    if (both.isEmpty()) {
      report.error(Diagnostic.of(ErrorCode.SHAPE_MISMATCH, prove.span(), "the sides cannot be equal: " + a + " and " + b)
          .note(prove.left().span(), "this is " + a).note(prove.right().span(), "this is " + b));
      return;
    }
    String text = AstPrinter.print(prove.left()) + " == " + AstPrinter.print(prove.right());
    claims.add(new Model.Claim(spread(left, both.get()), spread(right, both.get()), text, prove.span()));
  }

  private int claimed(Expr side) {
    CallSite site = new CallSite();
    int states = session.states.count() + session.noises.count();
    int value = session.expressions.value(side, frame.at(site));
    if (site.ownsParameters() || session.states.count() + session.noises.count() > states) {
      report.error(ErrorCode.MISPLACED, side.span(), "a layer with " + (site.ownsParameters() ? "parameters" : "states or noise") + " cannot be called in `prove`");
    }
    return value;
  }

  /** Broadcasts a scalar, row or column to the shape of the other side. */
  private int spread(int value, Shape shape) {
    return session.values.shape(value).equals(shape) ? value : session.values.add(Op.Operator.BROADCAST, shape, value);
  }
}
