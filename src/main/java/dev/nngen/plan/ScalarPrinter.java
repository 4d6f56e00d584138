package dev.nngen.plan;

import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Prints expressions as text: {@code 0.5 * (X[i, c] - Y[i, c])^2}. */
public final class ScalarPrinter implements Scalar.Visitor<String> {

  private final Function<Scalar, String> leaves;

  /** @param leaves prints loads, addresses and locals */
  public ScalarPrinter(Function<Scalar, String> leaves) {
    this.leaves = leaves;
  }

  public String print(Scalar scalar) {
    return scalar.accept(this);
  }

  /** Parentheses show how products are grouped, which affects rounding. */
  private String factor(Scalar scalar) {
    return scalar instanceof Scalar.Sum || scalar instanceof Scalar.Product ? "(" + print(scalar) + ")" : print(scalar);
  }

  @Override
  public String number(Scalar.Number number) {
    return number.value().toString();
  }

  @Override
  public String size(Scalar.Size size) {
    return size.extent().toString();
  }

  @Override
  public String time(Scalar.Time time) {
    return time.name();
  }

  @Override
  public String rate(Scalar.Rate rate) {
    return rate.name();
  }

  @Override
  public String load(Scalar.Load load) {
    return leaves.apply(load);
  }

  @Override
  public String address(Scalar.Address address) {
    return leaves.apply(address);
  }

  @Override
  public String position(Scalar.Position position) {
    return leaves.apply(position);
  }

  @Override
  public String count(Scalar.Count count) {
    return leaves.apply(count);
  }

  @Override
  public String local(Scalar.Local local) {
    return leaves.apply(local);
  }

  @Override
  public String sum(Scalar.Sum sum) {
    StringBuilder text = new StringBuilder();
    sum.terms().forEach(term -> {
      boolean negative = term.coefficient().signum() < 0;
      text.append(text.length() == 0 ? negative ? "-" : "" : negative ? " - " : " + ");
      text.append(term.coefficient().abs().isOne() ? "" : term.coefficient().abs() + " * ").append(factor(term.value()));
    });
    return sum.constant().isZero() && text.length() > 0 ? text.toString() : text + (text.length() == 0 ? "" : " + ") + sum.constant();
  }

  @Override
  public String product(Scalar.Product product) {
    return product.factors().stream().map(this::factor).collect(Collectors.joining(" * "));
  }

  @Override
  public String power(Scalar.Power power) {
    String base = power.base() instanceof Scalar.Power ? "(" + print(power.base()) + ")" : factor(power.base());
    return base + "^" + (power.exponent().isSmallInteger(9) && power.exponent().signum() > 0 ? power.exponent() : "(" + power.exponent() + ")");
  }

  @Override
  public String apply(Scalar.Apply apply) {
    return apply.fn().name().toLowerCase(Locale.ROOT) + apply.arguments().stream().map(this::print).collect(Collectors.joining(", ", "(", ")"));
  }
}
