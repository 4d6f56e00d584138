package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import dev.nngen.plan.LoopNest.Effect;
import dev.nngen.plan.LoopNest.Let;
import dev.nngen.plan.LoopNest.Reduce;
import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Writes what a loop over vectors does: the locals and effects of a nest's innermost level. */
final class VectorBody {

  private final MethodScope scope;
  private final VectorTypes types;
  private final BiFunction<Tensor, List<Integer>, String> entries;
  private final VectorExpressionWriter expressions;
  private final Map<Integer, String> locals = new HashMap<>();
  private final Map<Effect, String> accumulators = new HashMap<>();
  private final Map<Tensor, String> held = new HashMap<>();

  /**
   * @param numbers writes what is the same in all lanes
   * @param entries where the first lane of an address lies, as {@code X.data[at]}
   */
  VectorBody(VectorLanes lanes, MethodScope scope, ExpressionWriter numbers, BiFunction<Tensor, List<Integer>, String> entries) {
    this.scope = scope;
    this.types = VectorTypes.of(scope.types());
    this.entries = entries;
    this.expressions = new VectorExpressionWriter(types.vector(), numbers, lanes::varies, this::isHeld, this::leaf);
  }

  /** Lets a local stand for the entries of a tensor that are at hand. */
  void hold(Tensor tensor, String local) {
    held.put(tensor, local);
  }

  private boolean isHeld(Scalar scalar) {
    return scalar instanceof Scalar.Load load && held.containsKey(load.tensor());
  }

  private String leaf(Scalar scalar) {
    if (scalar instanceof Scalar.Load load) {
      return isHeld(load) ? held.get(load.tensor()) : load(load.tensor(), load.at());
    }
    return locals.get(((Scalar.Local) scalar).id());
  }

  private String load(Tensor tensor, List<Integer> at) {
    return types.vector().simpleName() + ".fromArray(SPECIES, " + place(tensor, at) + ")";
  }

  /** The array and the index. */
  private String place(Tensor tensor, List<Integer> at) {
    String entry = entries.apply(tensor, at);
    int bracket = entry.indexOf('[', Math.max(entry.lastIndexOf(".data["), entry.lastIndexOf(".block[")));
    return entry.substring(0, bracket) + ", " + entry.substring(bracket + 1, entry.length() - 1);
  }

  CodeBlock declare(Let let, String subscripts, List<String> names) {
    String name = scope.fresh(let.name(), subscripts);
    names.add(name);
    CodeBlock code = VectorTypes.statement("final " + types.vector().simpleName() + " " + name + " = " + expressions.write(let.value()));
    locals.put(let.id(), name);
    return code;
  }

  CodeBlock declareAccumulator(Reduce reduce, String scalar, String neutral, List<String> names) {
    String name = scope.fresh(scalar + "Lanes");
    names.add(name);
    accumulators.put(reduce, name);
    String vector = types.vector().simpleName();
    return VectorTypes.statement(vector + " " + name + " = " + vector + ".broadcast(SPECIES, " + neutral + ")");
  }

  /** Adds the lanes to the number that the plain loop has summed up, or takes the maximum of all. */
  CodeBlock foldAccumulator(Reduce reduce, String scalar) {
    String lanes = accumulators.get(reduce) + ".reduceLanes(VectorOperators.";
    return VectorTypes.statement(reduce.reduction() == Reduction.MAX ? scalar + " = Math.max(" + scalar + ", " + lanes + "MAX))"
        : scalar + " += " + lanes + "ADD)");
  }

  /** Stores a vector of sums, one for each lane. */
  CodeBlock storeAccumulator(Reduce reduce) {
    return VectorTypes.statement(accumulators.remove(reduce) + ".intoArray(" + place(reduce.to(), reduce.at()) + ")");
  }

  /**
   * Stores a vector, or joins it to what is summed up. An accumulator is the argument, not the receiver: HotSpot knows the class of
   * what was just computed, of what is carried around a loop only by a profile, without which vectors become objects.
   */
  CodeBlock effect(Effect effect) {
    String value = expressions.write(effect.value());
    if (!(effect instanceof Reduce reduce)) {
      return VectorTypes.statement(value + ".intoArray(" + place(effect.to(), effect.at()) + ")");
    }
    String joined = reduce.reduction() == Reduction.MAX ? ".max(" : ".add(";
    String accumulator = accumulators.get(reduce);
    return accumulator != null ? VectorTypes.statement(accumulator + " = " + value + joined + accumulator + ")")
        : VectorTypes.statement(load(reduce.to(), reduce.at()) + joined + value + ").intoArray(" + place(reduce.to(), reduce.at()) + ")");
  }
}
