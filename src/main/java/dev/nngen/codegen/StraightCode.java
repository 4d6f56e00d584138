package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import dev.nngen.codegen.Unrolled.Entry;
import dev.nngen.codegen.Unrolled.Point;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Rational;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.LoopNest.Effect;
import dev.nngen.plan.LoopNest.Let;
import dev.nngen.plan.LoopNest.Reduce;
import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes small nests as one loop over the samples with straight code inside, or without the loop where no nest runs over samples.
 * Entries that are read or written more than once are locals, which HotSpot keeps in registers: parameters are read before the
 * loop, sums over the samples are written behind it.
 */
final class StraightCode {

  private final List<LoopNest> nests;
  private final Set<Tensor> localNumbers;
  private final MethodScope scope;
  private final ExpressionWriter expressions;
  private final CodeBlock.Builder before = CodeBlock.builder();
  private final CodeBlock.Builder inside = CodeBlock.builder();
  private final CodeBlock.Builder behind = CodeBlock.builder();
  private final boolean overSamples;
  private final String sample;
  private final StraightEntries entries;
  /** What was computed before the loop, by its text. */
  private final Map<String, String> factors = new HashMap<>();
  private final Map<List<Integer>, String> lets = new HashMap<>();
  private final Set<String> locals = new HashSet<>();
  private final List<String> namesInside = new ArrayList<>();
  private LoopNest nest;
  private Point point;

  private StraightCode(List<LoopNest> nests, Set<Tensor> localNumbers, NumberFunctions functions, MethodScope scope) {
    this.nests = nests;
    this.localNumbers = localNumbers;
    this.scope = scope;
    this.expressions = new ExpressionWriter(scope, functions, 
        leaf -> leaf instanceof Scalar.Load load ? load(load) : lets.get(keyOf(((Scalar.Local) leaf).id())));
    this.overSamples = nests.stream().anyMatch(StraightCode::isOverSamples);
    this.sample = overSamples ? name("c", inside) : "";
    this.entries = new StraightEntries(nests, sample, scope);
  }

  /** True of a nest with at most one loop over samples, whose entries are each of a single sample. */
  static boolean isPossible(LoopNest nest) {
    return nest.axes().stream().filter(Extent.Symbol.class::isInstance).count() <= 1
        && Stream.concat(Accesses.reads(nest).stream(), Accesses.writes(nest).stream()).allMatch(tensor -> tensor.batchDegree() <= 1);
  }

  /** The code; numbers in {@code localNumbers} become locals of the method. */
  static CodeBlock write(List<LoopNest> nests, Set<Tensor> localNumbers, NumberFunctions functions, MethodScope scope) {
    StraightCode code = new StraightCode(nests, localNumbers, functions, scope);
    return code.run();
  }

  private CodeBlock run() {
    nests.forEach(this::write);
    CodeBlock.Builder code = CodeBlock.builder().add(before.build());
    if (overSamples) {
      code.beginControlFlow("for (int $L = 0; $L < m; $L++)", sample, sample, sample).add(inside.build()).endControlFlow();
    }
    namesInside.forEach(scope::release);
    return code.add(behind.build()).build();
  }

  private void write(LoopNest each) {
    nest = each;
    lets.clear();
    Map<Reduce, Map<Entry, List<String>>> sums = new LinkedHashMap<>();
    Unrolled.walk(each, new Unrolled.Visitor() {
      @Override
      public void let(Let let, Point at) {
        point = at;
        declare(let);
      }

      @Override
      public void effect(Effect effect, Point at) {
        point = at;
        Entry to = at.entry(effect.to(), effect.at());
        if (effect instanceof Reduce reduce) {
          sums.computeIfAbsent(reduce, r -> new LinkedHashMap<>()).computeIfAbsent(to, t -> new ArrayList<>())
              .add(reduce.reduction() == Reduction.SUM ? factorOf(reduce.value()) : written(reduce.value()));
        } else {
          store(to, effect);
        }
      }
    });
    sums.forEach((reduce, entries) -> entries.forEach((to, terms) -> reduce(reduce, to, terms)));
  }

  /** An expression of the nest as Java; what it reads is not read again for it. */
  private String written(Scalar value) {
    read(value);
    return expressions.write(value);
  }

  private String factorOf(Scalar value) {
    read(value);
    return expressions.factor(value);
  }

  private void read(Scalar value) {
    Accesses.loads(value).forEach(load -> entries.read(point.entry(load.tensor(), load.at())));
  }

  static boolean isOverSamples(LoopNest nest) {
    return nest.axes().stream().anyMatch(Extent.Symbol.class::isInstance);
  }

  /** Where code of the nest at hand stands: what does not depend on the sample comes behind the loop. */
  private CodeBlock.Builder place() {
    return isOverSamples(nest) ? inside : behind;
  }

  private void declare(Let let) {
    boolean outside = isOverSamples(nest) && Unrolled.depthOf(nest, let) <= samplePosition();
    boolean isFactor = outside && Accesses.loads(let.value()).isEmpty();
    String value = written(let.value());
    String name = isLocal(let.value()) ? value : isFactor ? factors.get(value) : null;
    if (name == null) {
      CodeBlock.Builder code = outside ? before : place();
      name = name(let.name() + point.subscripts(let.at()), code);
      code.addStatement("final $T $L = $L", scope.types().real(), name, value);
      if (isFactor) {
        factors.put(value, name);
      }
    }
    lets.put(keyOf(let.id()), name);
  }

  /** True of what is a local by now, so that it needs no other. */
  private boolean isLocal(Scalar value) {
    return value instanceof Scalar.Local || value instanceof Scalar.Load load && entries.local(point.entry(load.tensor(), load.at())) != null;
  }

  private int samplePosition() {
    for (int k = 0; k < nest.axes().size(); k++) {
      if (nest.axes().get(k) instanceof Extent.Symbol) {
        return k;
      }
    }
    return nest.axes().size();
  }

  /** A local's identity: its number and the point, as far as the local depends on it. */
  private List<Integer> keyOf(int id) {
    Let let = nest.lets().stream().filter(l -> l.id() == id).findFirst().orElseThrow();
    List<Integer> key = new ArrayList<>(List.of(id));
    key.addAll(point.at().subList(0, Unrolled.depthOf(nest, let)));
    return key;
  }

  /** A new local of that code. */
  private String name(String hint, CodeBlock.Builder code) {
    String name = scope.fresh(hint);
    locals.add(name);
    if (code == inside) {
      namesInside.add(name);
    }
    return name;
  }

  /** True where the nest stores into the same memory: sums are written behind such stores, and what they sum is read before. */
  private boolean isOverwritten(Tensor tensor) {
    return nest.effects().stream().anyMatch(effect -> !(effect instanceof Reduce) && !effect.to().isScalar() && scope.overlap(effect.to(), tensor));
  }

  private String load(Scalar.Load load) {
    Entry entry = point.entry(load.tensor(), load.at());
    if (load.tensor().isScalar()) {
      return entries.place(entry);
    }
    String local = entries.local(entry);
    boolean hoisted = isOverSamples(nest) && !entry.isOfSample();
    if (local == null && (hoisted || entries.isReadOften(entry) || isOverwritten(load.tensor()))) {
      CodeBlock.Builder code = hoisted ? before : place();
      local = name(entries.hint(entry), code);
      code.addStatement("final $T $L = $L", scope.types().real(), local, entries.place(entry));
      entries.keep(entry, local);
    }
    return local == null ? entries.place(entry) : local;
  }

  private void store(Entry to, Effect effect) {
    read(effect.value());
    Optional<String> increment = entries.isNeeded(to) ? Optional.empty() : Stores.increment(new Scalar.Load(effect.to(), effect.at()), effect.value(), expressions);
    if (increment.isPresent()) {
      entries.write(to);
      place().addStatement("$L $L", entries.place(to), increment.get());
    } else {
      put(place(), to, expressions.write(effect.value()));
    }
  }

  /** Writes an entry. One that is read again is a local first, and one that is written again is not written to memory yet. */
  private void put(CodeBlock.Builder code, Entry to, String value) {
    if (to.tensor().isScalar()) {
      number(code, to.tensor(), value);
      return;
    }
    boolean isLast = entries.write(to);
    String kept = value;
    if (entries.isReadAgain(to)) {
      if (!locals.contains(value)) {
        kept = name(entries.hint(to), code);
        code.addStatement("final $T $L = $L", scope.types().real(), kept, value);
      }
      entries.keep(to, kept);
    }
    if (isLast) {
      code.addStatement("$L = $L", entries.place(to), kept);
    }
  }

  private void number(CodeBlock.Builder code, Tensor to, String value) {
    if (localNumbers.contains(to)) {
      String local = scope.fresh(to.name());
      code.addStatement("final $T $L = $L", scope.types().real(), local, value);
      scope.rename(to, local);
    } else {
      code.addStatement("$L = $L", scope.name(to), value);
    }
  }

  /** Puts the terms at the points together; over samples, a local does. */
  private void reduce(Reduce reduce, Entry to, List<String> terms) {
    boolean isMax = reduce.reduction() == Reduction.MAX;
    String all = terms.get(0);
    for (String term : terms.subList(1, terms.size())) {
      all = isMax ? "Math.max(" + all + ", " + term + ")" : all + " + " + term;
    }
    if (isOverSamples(nest) && !to.isOfSample()) {
      String sum = name(entries.hint(to), before);
      before.addStatement("$T $L = $L", scope.types().real(), sum, isMax ? scope.types().box() + ".NEGATIVE_INFINITY" : "0");
      inside.addStatement(isMax ? "$L = Math.max($L, $L)" : "$L += $L$L", sum, isMax ? sum : all, isMax ? all : "");
      all = sum;
    }
    String value = isScaled(reduce) ? factor(reduce.scale()) + " * " + (all.contains(" ") ? "(" + all + ")" : all) : all;
    CodeBlock.Builder code = to.isOfSample() ? inside : behind;
    put(code, to, value);
  }

  /** A scale as an operand; one that must be computed is so once. */
  private String factor(Scalar scale) {
    String text = expressions.factor(scale);
    if (!text.contains(" ") || !Accesses.loads(scale).isEmpty()) {
      return text;
    }
    return factors.computeIfAbsent(text, t -> {
      String name = name(scale instanceof Scalar.Power ? "perSample" : "scale", before);
      before.addStatement("final $T $L = $L", scope.types().real(), name, t);
      return name;
    });
  }

  private static boolean isScaled(Reduce reduce) {
    return !(reduce.scale() instanceof Scalar.Number number) || !number.value().equals(Rational.ONE);
  }
}
