package dev.nngen.autodiff;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Expr.Argument;
import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Node.Apply;
import dev.nngen.ir.Node.Term;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** Writes the partial derivatives of entrywise functions ({@link Fn#partial}) as nodes. */
final class Partials {

  private final Algebra algebra;

  Partials(Algebra algebra) {
    this.algebra = algebra;
  }

  /**
   * Returns the partial derivative of the applied function with respect to its argument {@code position}, over the same loop axes.
   *
   * @param self the id of {@code apply}; some derivatives are cheapest as an expression of the function's value
   * @return empty if the derivative is zero everywhere it exists
   */
  OptionalInt partial(Apply apply, int self, int position) {
    Expr text = DerivativeTexts.of(apply.fn(), position);
    boolean isZero = text instanceof Expr.Literal literal && Rational.parse(literal.text()).isZero();
    return isZero ? OptionalInt.empty() : OptionalInt.of(new Writing(apply, self).node(text));
  }

  /** A factor of a product. */
  private record Factor(View base, Rational exponent) {}

  /** A rational number times factors. */
  private record Product(Rational coefficient, List<Factor> factors) {
    static Product of(View view) {
      return new Product(Rational.ONE, List.of(new Factor(view, Rational.ONE)));
    }

    Product times(Product other) {
      return new Product(coefficient.times(other.coefficient), Stream.concat(factors.stream(), other.factors.stream()).toList());
    }

    Product inverse() {
      return new Product(coefficient.reciprocal(), factors.stream().map(f -> new Factor(f.base, f.exponent.negate())).toList());
    }

    Product scaled(Rational factor) {
      return new Product(coefficient.times(factor), factors);
    }
  }

  /** Writes a derivative over the axes of the function. */
  private final class Writing {
    private final Apply apply;
    private final int self;
    /** Nodes without axes, such as pi, which are not broadcast. */
    private final Set<Integer> constants = new HashSet<>();

    Writing(Apply apply, int self) {
      this.apply = apply;
      this.self = self;
    }

    int node(Expr expr) {
      return algebra.materialize(apply.shape(), view(expr));
    }

    private View view(Expr expr) {
      return view(product(expr));
    }

    private View view(Product product) {
      List<View> factors = product.factors.stream().map(this::view).toList();
      View all = factors.size() == 1 ? factors.get(0) : factors.isEmpty() ? constant(algebra.numberView(Rational.ONE)) : added(
          shape(factors), shape -> algebra.product(shape, factors.toArray(View[]::new)));
      return factors.isEmpty() ? constant(algebra.numberView(product.coefficient)) : product.coefficient.isOne() ? all
          : added(shape(List.of(all)), shape -> algebra.linear(shape, Rational.ZERO, new Term(product.coefficient, all)));
    }

    private View view(Factor factor) {
      return factor.exponent.isOne() ? factor.base
          : added(shape(List.of(factor.base)), shape -> algebra.power(shape, factor.base, factor.exponent));
    }

    private List<Extent> shape(List<View> operands) {
      return operands.stream().allMatch(view -> constants.contains(view.node())) ? List.of() : apply.shape();
    }

    private View added(List<Extent> shape, java.util.function.ToIntFunction<List<Extent>> node) {
      View view = algebra.view(node.applyAsInt(shape));
      return shape.isEmpty() ? constant(view) : view;
    }

    private View constant(View view) {
      constants.add(view.node());
      return view;
    }

    private Product product(Expr expr) {
      if (expr instanceof Expr.Literal literal) {
        return new Product(Rational.parse(literal.text()), List.of());
      }
      if (expr instanceof Expr.Name name) {
        return Product.of(named(name.name()));
      }
      if (expr instanceof Expr.Unary unary) {
        return product(unary.operand()).scaled(Rational.MINUS_ONE);
      }
      if (expr instanceof Expr.Call call) {
        return call.callee().name().equals("sqrt") ? power(call.arguments().get(0).value(), Rational.HALF)
            : Product.of(applied(call.callee().name(), call.arguments().stream().map(Argument::value).toList()));
      }
      return binary((Expr.Binary) expr);
    }

    private Product binary(Expr.Binary binary) {
      return switch (binary.op()) {
        case MULTIPLY -> product(binary.left()).times(product(binary.right()));
        case DIVIDE -> product(binary.left()).times(product(binary.right()).inverse());
        case ADD, SUBTRACT -> Product.of(sum(binary));
        case POWER -> number(binary.right()).map(exponent -> power(binary.left(), exponent)).orElseGet(() -> Product.of(applied(Fn.POW, binary)));
        case GREATER -> Product.of(applied(Fn.GREATER, binary));
        case AT_LEAST -> Product.of(applied(Fn.AT_LEAST, binary));
        default -> throw new IllegalStateException("no derivative has the operator " + binary.op());
      };
    }

    private Optional<Rational> number(Expr expr) {
      if (expr instanceof Expr.Literal || expr instanceof Expr.Unary unary && unary.operand() instanceof Expr.Literal) {
        return Optional.of(product(expr).coefficient);
      }
      return Optional.empty();
    }

    private Product power(Expr base, Rational exponent) {
      return new Product(Rational.ONE, List.of(new Factor(view(base), exponent)));
    }

    private View sum(Expr.Binary binary) {
      List<Term> terms = new ArrayList<>();
      Rational constant = addTerms(binary, Rational.ONE, terms);
      return added(shape(terms.stream().map(Term::view).toList()), shape -> algebra.linear(shape, constant, terms.toArray(Term[]::new)));
    }

    /** Adds the terms of a multiple of an expression, and returns the constant ones. */
    private Rational addTerms(Expr expr, Rational factor, List<Term> terms) {
      if (expr instanceof Expr.Binary binary && (binary.op() == Expr.BinaryOp.ADD || binary.op() == Expr.BinaryOp.SUBTRACT)) {
        Rational left = addTerms(binary.left(), factor, terms);
        return left.plus(addTerms(binary.right(), binary.op() == Expr.BinaryOp.ADD ? factor : factor.negate(), terms));
      }
      Product product = product(expr).scaled(factor);
      if (product.factors.isEmpty()) {
        return product.coefficient;
      }
      terms.add(new Term(product.coefficient, view(new Product(Rational.ONE, product.factors))));
      return Rational.ZERO;
    }

    private View named(String name) {
      int position = apply.fn().parameters().indexOf(name);
      if (position < 0 && !name.equals(Fn.PI.label())) {
        throw new IllegalStateException("the derivative of " + apply.fn() + " is said to depend on " + name);
      }
      return position < 0 ? constant(algebra.view(algebra.apply(Fn.PI, List.of()))) : apply.arguments().get(position);
    }

    private View applied(Fn fn, Expr.Binary binary) {
      return applied(fn, List.of(binary.left(), binary.right()));
    }

    private View applied(String label, List<Expr> arguments) {
      return applied(Fn.named(label).orElseThrow(), arguments);
    }

    /** Returns the application of a function. With the same function and arguments it is the differentiated node itself. */
    private View applied(Fn fn, List<Expr> arguments) {
      List<View> views = arguments.stream().map(this::view).toList();
      return fn == apply.fn() && views.equals(apply.arguments()) ? algebra.view(self)
          : added(shape(views), shape -> algebra.apply(fn, shape, views.toArray(View[]::new)));
    }
  }
}
