package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import dev.nngen.formula.Formula.Term;
import dev.nngen.ir.Rational;
import java.util.List;
import java.util.Random;

/** Random formulas over square matrices A, B, C and numbers s, t, with operators in every position. */
final class RandomFormulas {

  private final Random random;

  RandomFormulas(Random random) {
    this.random = random;
  }

  private <T> T one(List<T> choice) {
    return choice.get(random.nextInt(choice.size()));
  }

  Formula matrix(int depth) {
    if (depth == 0) {
      return new Formula.Name(one(List.of("A", "B", "C")));
    }
    int d = depth - 1;
    return switch (random.nextInt(10)) {
      case 0, 1 -> new Formula.Sum(List.of(new Term(random.nextBoolean(), matrix(d)), new Term(random.nextBoolean(), matrix(d))));
      case 2 -> new Formula.Product(Kind.PLAIN, List.of(matrix(d), matrix(d), matrix(d)));
      case 3 -> new Formula.Product(Kind.PLAIN, List.of(scalar(d), matrix(d)));
      case 4 -> new Formula.Product(Kind.ENTRYWISE, List.of(matrix(d), matrix(d)));
      case 5 -> new Formula.Quotient(Kind.ENTRYWISE, matrix(d), FormulaFactory.call("exp", FormulaFactory.call("tanh", matrix(d))));
      case 6 -> new Formula.Negate(matrix(d));
      case 7 -> new Formula.Power(Kind.ENTRYWISE, FormulaFactory.call("tanh", matrix(d)), new Formula.Number(Rational.TWO));
      case 8 -> new Formula.Transpose(matrix(d));
      default -> new Formula.Compare(one(List.of(">", ">=", "==")), matrix(d), matrix(d));
    };
  }

  private Formula scalar(int depth) {
    if (depth == 0) {
      return random.nextBoolean() ? new Formula.Name(one(List.of("s", "t")))
          : new Formula.Number(one(List.of(Rational.of(2), Rational.of(-3), Rational.HALF, Rational.of(1, 3), Rational.parse("1e-4"))));
    }
    int d = depth - 1;
    return switch (random.nextInt(5)) {
      case 0 -> new Formula.Sum(List.of(new Term(random.nextBoolean(), scalar(d)), new Term(random.nextBoolean(), scalar(d))));
      case 1 -> new Formula.Product(Kind.PLAIN, List.of(scalar(d), scalar(d)));
      case 2 -> new Formula.Quotient(Kind.PLAIN, scalar(d), FormulaFactory.call("exp", FormulaFactory.call("tanh", scalar(d))));
      case 3 -> new Formula.Negate(scalar(d));
      default -> new Formula.Power(Kind.PLAIN, FormulaFactory.call("exp", FormulaFactory.call("tanh", scalar(d))), new Formula.Number(one(List.of(Rational.of(-2), Rational.HALF, Rational.of(3)))));
    };
  }
}
