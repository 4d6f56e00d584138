package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.Rewriting;
import dev.nngen.plan.Scalar;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Keeps entries in locals, which HotSpot keeps in registers: entries that are accessed more than once, and entries that every iteration reads, which
 * are read before the loop. An entry that is written again later is not stored before that. The pass handles straight-line code and programs of one
 * loop.
 */
public final class EntryPromotion implements LoopPass {

  @Override
  public LoopProgram run(LoopProgram program) {
    return program.with(new Promotion(program).rewrite(program.body()));
  }

  private static final class Promotion extends Rewriting {
    private final Variable.Source variables;
    /** For each entry the number of reads, of remaining reads, and of remaining writes. */
    private final Map<Entry, Integer> uses = new HashMap<>();
    private final Map<Entry, Integer> remaining;
    private final Map<Entry, Integer> stores = new HashMap<>();
    /** The local that currently holds an entry. */
    private final Map<Entry, Scalar.Local> known = new HashMap<>();
    /** The replacement of a local that equals another one. */
    private final Map<Scalar, Scalar> same = new HashMap<>();
    /** The local of each value that depends on no entry. */
    private final Map<Scalar, Scalar.Local> constants = new HashMap<>();
    private final List<Instruction> before = new ArrayList<>();
    private List<Instruction> code = before;
    private Optional<Variable> counter = Optional.empty();
    /** Integers that the body of the loop declares: values that depend on them are not loop-invariant. */
    private final Set<Variable> indices = new HashSet<>();
    /** The entry that is accumulated in memory. */
    private Optional<Entry> changing = Optional.empty();

    Promotion(LoopProgram program) {
      this.variables = program.variables();
      flat(program.body()).forEach(instruction -> {
        values(instruction).flatMap(Promotion::entries).forEach(entry -> uses.merge(entry, 1, Integer::sum));
        if (instruction instanceof Store store) {
          stores.merge(store.to(), 1, Integer::sum);
        }
      });
      this.remaining = new HashMap<>(uses);
    }

    private static Stream<Instruction> flat(List<Instruction> body) {
      return body.stream().flatMap(instruction -> Stream.concat(Stream.of(instruction), flat(InstructionExpressions.inside(instruction))));
    }

    /** Returns the expressions that the instruction reads. */
    private static Stream<Scalar> values(Instruction instruction) {
      return InstructionExpressions.of(instruction).limit(1);
    }

    private static Stream<Entry> entries(Scalar value) {
      return Accesses.parts(value).stream().filter(Entry.class::isInstance).map(Entry.class::cast).filter(entry -> !entry.tensor().isScalar());
    }

    List<Instruction> rewrite(List<Instruction> body) {
      for (Instruction instruction : body) {
        if (instruction instanceof Loop loop) {
          counter = Optional.of(loop.counter());
          code = new ArrayList<>();
          loop.body().forEach(this::rewrite);
          List<Instruction> inside = code;
          counter = Optional.empty();
          before.add(loop.with(inside));
          code = before;
        } else {
          rewrite(instruction);
        }
      }
      return before;
    }

    private void rewrite(Instruction instruction) {
      if (instruction instanceof Let let) {
        let(let);
      } else if (instruction instanceof Store store) {
        store(store);
      } else if (instruction instanceof Accumulate accumulate) {
        code.add(new Accumulate(accumulate.reduction(), accumulate.to(), read(accumulate.value())));
      } else {
        InstructionExpressions.declaredIndex(instruction).ifPresent(indices::add);
        code.add(InstructionExpressions.map(instruction, this::read));
      }
    }

    private void let(Let let) {
      Scalar.Local local = new Scalar.Local(let.variable().id());
      Scalar value = read(let.value());
      boolean isConstant = counter.isEmpty() && entries(value).findAny().isEmpty();
      if (value instanceof Scalar.Local || isConstant && constants.containsKey(value)) {
        same.put(local, value instanceof Scalar.Local ? value : constants.get(value));
        return;
      }
      code.add(new Let(let.variable(), let.type(), value));
      if (isConstant) {
        constants.put(value, local);
      }
    }

    /** Returns the value with locals for entries; counts a read of each entry. */
    private Scalar read(Scalar value) {
      entries(value).forEach(entry -> remaining.merge(entry, -1, Integer::sum));
      return apply(value);
    }

    private void store(Store store) {
      Entry to = store.to();
      if (to.tensor().isScalar()) {
        code.add(new Store(to, withScale(read(store.value()))));
        return;
      }
      entries(store.value()).forEach(entry -> remaining.merge(entry, -1, Integer::sum));
      boolean isNeeded = known.containsKey(to) || remaining.getOrDefault(to, 0) > 0 || stores.get(to) > 1;
      changing = !isNeeded && store.value() instanceof Scalar.Sum sum && sum.besides(to).isPresent() ? Optional.of(to) : Optional.empty();
      Scalar value = withScale(apply(store.value()));
      changing = Optional.empty();
      boolean isLast = stores.merge(to, -1, Integer::sum) == 0;
      if (remaining.getOrDefault(to, 0) > 0) {
        value = value instanceof Scalar.Local ? value : declare(to, value, code);
        known.put(to, (Scalar.Local) value);
      }
      if (isLast) {
        code.add(new Store(to, value));
      }
    }

    /** Returns the value with a local for a loop-invariant scale, such as one over the number of samples. */
    private Scalar withScale(Scalar value) {
      if (!(value instanceof Scalar.Product product) || !(product.factors().get(0) instanceof Scalar.Product first) || first.factors().size() != 1) {
        return value;
      }
      Scalar scale = first.factors().get(0);
      boolean computed = scale instanceof Scalar.Power || scale instanceof Scalar.Product || scale instanceof Scalar.Sum;
      if (!computed || Accesses.anyPart(scale, part -> part instanceof Entry || part instanceof Scalar.Local)) {
        return value;
      }
      List<Scalar> factors = new ArrayList<>(product.factors());
      factors.set(0, constants.computeIfAbsent(scale, known -> {
        Variable variable = variables.next(scale instanceof Scalar.Power power && power.base().equals(new Scalar.Size(Extent.BATCH)) ? "perSample" : "scale");
        before.add(new Let(variable, Type.NUMBER, scale));
        return new Scalar.Local(variable.id());
      }));
      return new Scalar.Product(factors);
    }

    private Scalar.Local declare(Entry entry, Scalar value, List<Instruction> place) {
      Variable variable = variables.next(entry.tensor().name(), entry.subscripts(), List.of());
      place.add(new Let(variable, Type.NUMBER, value));
      return new Scalar.Local(variable.id());
    }

    @Override
    public Scalar address(Scalar.Address address) {
      Entry entry = (Entry) address;
      if (entry.tensor().isScalar() || changing.equals(Optional.of(entry))) {
        return entry;
      }
      if (known.containsKey(entry)) {
        return known.get(entry);
      }
      boolean hoisted = counter.isPresent() && entry.offset().variables().stream().noneMatch(variable -> variable.equals(counter.get()) || indices.contains(variable));
      if (hoisted || uses.get(entry) > 1) {
        known.put(entry, declare(entry, entry, hoisted ? before : code));
        return known.get(entry);
      }
      return entry;
    }

    @Override
    public Scalar local(Scalar.Local local) {
      return same.getOrDefault(local, local);
    }
  }
}
