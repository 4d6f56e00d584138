package dev.nngen.schedule;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Rational;
import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.Rewriting;
import dev.nngen.plan.Scalar;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Evaluates comparisons of integers that always or never hold, selects the branches of conditional expressions on them, and drops zero terms. */
final class ConditionFolding extends Rewriting {

  private static final Scalar.Number ZERO = new Scalar.Number(Rational.ZERO);
  private static final Scalar.Number ONE = new Scalar.Number(Rational.ONE);

  private CounterRanges ranges;
  /** Locals that are constant numbers. */
  private final Map<Integer, Scalar> numbers = new HashMap<>();

  private ConditionFolding(CounterRanges ranges) {
    this.ranges = ranges;
  }

  static List<Instruction> of(List<Instruction> body, CounterRanges ranges) {
    return new ConditionFolding(ranges).of(body);
  }

  private List<Instruction> of(List<Instruction> body) {
    CounterRanges outer = ranges;
    List<Instruction> code = new ArrayList<>();
    for (Instruction instruction : body) {
      if (instruction instanceof Loop loop) {
        loop(loop).ifPresent(code::add);
      } else if (instruction instanceof Let let && apply(let.value()) instanceof Scalar.Number number) {
        numbers.put(let.variable().id(), number);
      } else {
        ranges = ranges.with(instruction);
        Instruction decided = InstructionExpressions.map(instruction, this::apply);
        if (!(decided instanceof Accumulate sum && sum.reduction() == Reduction.SUM && sum.value().equals(ZERO))) {
          code.add(decided);
        }
      }
    }
    ranges = outer;
    return code;
  }

  private Optional<Loop> loop(Loop loop) {
    CounterRanges outer = ranges;
    ranges = ranges.with(loop);
    List<Instruction> body = of(loop.body());
    ranges = outer;
    return body.isEmpty() ? Optional.empty() : Optional.of(loop.with(body));
  }

  @Override
  public Scalar apply(Scalar.Apply apply) {
    return apply.fn() == Fn.WHERE ? choice(apply) : apply.fn().isIndicator() ? comparison(apply) : super.apply(apply);
  }

  private Scalar choice(Scalar.Apply where) {
    Scalar condition = apply(where.arguments().get(0));
    if (condition instanceof Scalar.Number number) {
      return apply(where.arguments().get(number.equals(ZERO) ? 2 : 1));
    }
    Scalar one = apply(where.arguments().get(1));
    Scalar other = apply(where.arguments().get(2));
    return one.equals(other) ? one : new Scalar.Apply(Fn.WHERE, List.of(condition, one, other));
  }

  private Scalar comparison(Scalar.Apply compared) {
    Optional<Affine> left = InstructionExpressions.wholeNumber(compared.arguments().get(0));
    Optional<Affine> right = InstructionExpressions.wholeNumber(compared.arguments().get(1));
    Optional<Boolean> holds = left.flatMap(l -> right.flatMap(r -> ranges.areNotNegative(CounterRanges.notNegative(compared.fn(), l, r))));
    return holds.<Scalar>map(is -> is ? ONE : ZERO).orElseGet(() -> super.apply(compared));
  }

  @Override
  public Scalar sum(Scalar.Sum sum) {
    Rational constant = sum.constant();
    List<Scalar.Term> terms = new ArrayList<>();
    for (Scalar.Term term : sum.terms()) {
      Scalar value = apply(term.value());
      if (value instanceof Scalar.Number number) {
        constant = constant.plus(term.coefficient().times(number.value()));
      } else {
        terms.add(new Scalar.Term(term.coefficient(), value));
      }
    }
    boolean single = terms.size() == 1 && constant.isZero() && terms.get(0).coefficient().isOne();
    return terms.isEmpty() ? new Scalar.Number(constant) : single ? terms.get(0).value() : new Scalar.Sum(constant, terms);
  }

  /** Keeps a factor of 0, because 0 times an infinite number is NaN. */
  @Override
  public Scalar product(Scalar.Product product) {
    List<Scalar> factors = product.factors().stream().map(this::apply).filter(factor -> !factor.equals(ONE)).toList();
    boolean known = factors.stream().allMatch(Scalar.Number.class::isInstance);
    return known ? new Scalar.Number(factors.stream().map(factor -> ((Scalar.Number) factor).value()).reduce(Rational.ONE, Rational::times))
        : factors.size() == 1 ? factors.get(0) : new Scalar.Product(factors);
  }

  @Override
  public Scalar local(Scalar.Local local) {
    return numbers.getOrDefault(local.id(), local);
  }
}
