package dev.nngen.simplify;

/**
 * Which of several forms of one value the graph gets: a form that stays finite before one that may not, then one that keeps
 * digits before one that loses them, then the cheaper.
 */
final class Preference {

  /** A form that costs more than this is compared with what the chain rule says. */
  private static final int LONG = 40;

  private final Cost cost;
  private final Overflow overflow;
  private final Conditioning conditioning;

  Preference(Cost cost, Overflow overflow, Conditioning conditioning) {
    this.cost = cost;
    this.overflow = overflow;
    this.conditioning = conditioning;
  }

  /** True for a user's form that is finite and costs no more than the algebra's would. */
  boolean keepsUser(int user, int costOfAlgebraic) {
    return !overflow.isLost(user) && cost.of(user) <= costOfAlgebraic;
  }

  /** The user's form, or the algebra's where that is cheaper and loses no digits, or stays finite at more points. */
  int userOrAlgebraic(int user, int algebraic) {
    if (overflow.isLost(user)) {
      return !overflow.isLost(algebraic) || conditioning.isBetter(algebraic, user) ? algebraic : user;
    }
    if (overflow.isLost(algebraic)) {
      return user;
    }
    return isCheaper(algebraic, user) && !conditioning.isMuchWorse(algebraic, user) ? algebraic : user;
  }

  boolean isCheaper(int form, int than) {
    return cost.of(form) < cost.of(than);
  }

  /** True where the algebra's form needs no comparison with what the chain rule says: it is short and keeps its digits. */
  boolean isGood(int algebraic) {
    return cost.of(algebraic) <= LONG && !overflow.isLost(algebraic) && !overflow.isBeyondFloats(algebraic)
        && !conditioning.isDoubtful(algebraic);
  }

  /** True where what the chain rule says is finite at more points than the algebra's form, much shorter, or keeps digits that this loses. */
  boolean isChainBetter(int chain, int algebraic) {
    if (overflow.isBeyondFloats(algebraic) != overflow.isBeyondFloats(chain)) {
      return overflow.isBeyondFloats(algebraic);
    }
    int more = overflow.isLost(algebraic) ? conditioning.finite(chain) - conditioning.finite(algebraic) : overflow.isInfinite(chain) ? -1 : 0;
    if (more != 0) {
      return more > 0;
    }
    boolean isShorter = 2 * cost.of(chain) < cost.of(algebraic);
    return isShorter ? !conditioning.isMuchWorse(chain, algebraic) : conditioning.isBetter(chain, algebraic);
  }
}
