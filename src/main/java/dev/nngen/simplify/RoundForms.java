package dev.nngen.simplify;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Reuses forms in the rounds of a network that repeats a block. Two nodes correspond if they have the same operation on corresponding operands. Once
 * all nodes of a round have the forms of the previous round, later rounds use these forms without a search. So rounds have equal code even if random
 * points would rate their accuracy differently, and further rounds cost little.
 */
final class RoundForms {

  /** Number of consecutive nodes that must be alike at the start of a round. */
  private static final int WINDOW = 24;
  /** Larger forms are not reused, but searched. */
  private static final int LARGEST = 64;
  private static final int NONE = -1;

  private final Graph source;
  private final Graph.Builder target;
  private final boolean[] forward;
  private final IntFunction<List<?>> uses;
  private final IntFunction<View> written;
  private final int[] before;
  private final int[] after;
  private final Map<Object, Integer> kinds = new HashMap<>();
  /** The written nodes, their kinds, and the index of each node in these lists. */
  private final List<Integer> nodes = new ArrayList<>();
  private final List<Integer> kindsInOrder = new ArrayList<>();
  private final int[] places;
  private final Map<List<Integer>, Integer> windows = new HashMap<>();
  /** The counterparts of written nodes: in the next round, for each pass, and in the previous round, for the forward pass. */
  private final Map<Integer, Integer> nextForward = new HashMap<>();
  private final Map<Integer, Integer> nextBackward = new HashMap<>();
  private final Map<Integer, Integer> previousForward = new HashMap<>();
  private int distance;
  /** The index of the last node whose form differs from that in the previous round. */
  private int irregular = NONE;

  /**
   * @param uses properties of a node other than its operands
   * @param written the values written so far, by node of the source
   */
  RoundForms(Graph source, Graph.Builder target, boolean[] forward, IntFunction<List<?>> uses, IntFunction<View> written) {
    this.source = source;
    this.target = target;
    this.forward = forward;
    this.uses = uses;
    this.written = written;
    this.before = new int[source.size()];
    this.after = new int[source.size()];
    this.places = new int[source.size()];
    Arrays.fill(before, NONE);
    Arrays.fill(after, NONE);
    Arrays.fill(places, NONE);
  }

  /** Returns the corresponding node of the previous round. Call it for all nodes in their order, except leaves. */
  OptionalInt before(int id) {
    int place = nodes.size();
    places[id] = place;
    nodes.add(id);
    kindsInOrder.add(kind(id));
    int candidate = distance > 0 && corresponds(nodes.get(place - distance), id) ? place - distance : NONE;
    if (place >= WINDOW) {
      Integer last = windows.put(List.copyOf(kindsInOrder.subList(place - WINDOW, place + 1)), place);
      candidate = candidate == NONE && last != null && corresponds(nodes.get(last), id) ? last : candidate;
    }
    if (candidate == NONE) {
      irregular = place;
      return OptionalInt.empty();
    }
    distance = place - candidate;
    pair(nodes.get(candidate), id);
    return OptionalInt.of(nodes.get(candidate));
  }

  private int kind(int id) {
    return kinds.computeIfAbsent(List.of(alike(source.node(id)), forward[id], uses.apply(id)), kind -> kinds.size());
  }

  private boolean corresponds(int earlier, int id) {
    List<View> ours = source.node(id).operands();
    List<View> theirs = source.node(earlier).operands();
    boolean alike = kindsInOrder.get(places[earlier]).equals(kindsInOrder.get(places[id]));
    for (int k = 0; alike && k < ours.size(); k++) {
      int one = theirs.get(k).node();
      int other = ours.get(k).node();
      int counterpart = forward[id] || !forward[one] ? after[one] : before[one];
      alike = counterpart == NONE ? one == other || forward[id] == forward[one] && mayCorrespond(one, other) : counterpart == other;
    }
    return alike;
  }

  /** True if two values may be inputs of a round: parameters, or results of the previous round. */
  private boolean mayCorrespond(int one, int other) {
    boolean areParameters = source.node(one) instanceof Node.Leaf a && source.node(other) instanceof Node.Leaf b && a.role() == Node.Role.PARAMETER && b.role() == a.role()
        && a.shape().equals(b.shape()) && uses.apply(one).equals(uses.apply(other));
    boolean areAlike = places[one] != NONE && places[other] != NONE && kindsInOrder.get(places[one]).equals(kindsInOrder.get(places[other]));
    return before[other] == NONE && (areParameters || areAlike);
  }

  private void pair(int earlier, int id) {
    before[id] = earlier;
    after[earlier] = id;
    for (int k = 0; k < source.node(id).operands().size(); k++) {
      int one = source.node(earlier).operands().get(k).node();
      int other = source.node(id).operands().get(k).node();
      if (one != other && after[one] == NONE && forward[id] == forward[one]) {
        before[other] = one;
        after[one] = other;
        new Images(forward[id]).align(written.apply(one), written.apply(other));
      }
    }
  }

  private void note(int earlier, int later, boolean isForward) {
    (isForward ? nextForward : nextBackward).put(earlier, later);
    if (isForward) {
      previousForward.put(later, earlier);
    }
  }

  /** Returns the form of the previous round over this round's values, empty if the rounds are not known to be alike. */
  Optional<View> form(int id) {
    if (before[id] == NONE || irregular >= places[before[id]]) {
      return Optional.empty();
    }
    View view = written.apply(before[id]);
    OptionalInt node = new Images(forward[id]).of(view.node());
    return node.isPresent() ? Optional.of(new View(node.getAsInt(), view.axes())) : Optional.empty();
  }

  /** Records the form in which a node was written. */
  void learn(int id, View view) {
    if (before[id] == NONE) {
      return;
    }
    View earlier = written.apply(before[id]);
    boolean isSame = earlier.axes().equals(view.axes()) && new Images(forward[id]).isImage(earlier.node(), view.node());
    if (!isSame) {
      irregular = places[id];
      new Images(forward[id]).align(earlier, view);
    }
  }

  /** The counterparts, in a round, of nodes of the previous round. */
  private final class Images {
    private final boolean isForward;
    private int count;

    Images(boolean isForward) {
      this.isForward = isForward;
    }

    private Integer known(int node) {
      return isForward ? nextForward.get(node) : nextBackward.getOrDefault(node, previousForward.get(node));
    }

    /** Makes one value the counterpart of another, and also their operands if both have the same operation. */
    void align(View earlier, View later) {
      if (known(earlier.node()) == null && earlier.axes().equals(later.axes()) && count++ < LARGEST) {
        note(earlier.node(), later.node(), isForward);
        List<View> parts = target.node(earlier.node()).operands();
        if (earlier.node() != later.node() && alike(target.node(earlier.node())).equals(alike(target.node(later.node())))) {
          IntStream.range(0, parts.size()).forEach(k -> align(parts.get(k), target.node(later.node()).operands().get(k)));
        }
      }
    }

    /** The counterpart of a node, built if it does not exist yet; empty if the node is too large. */
    OptionalInt of(int id) {
      if (known(id) != null) {
        return OptionalInt.of(known(id));
      }
      Node node = target.node(id);
      List<View> operands = new ArrayList<>();
      for (View operand : node.operands()) {
        OptionalInt image = count++ < LARGEST ? of(operand.node()) : OptionalInt.empty();
        if (image.isEmpty()) {
          return OptionalInt.empty();
        }
        operands.add(new View(image.getAsInt(), operand.axes()));
      }
      int image = operands.equals(node.operands()) ? id : target.add(node.withOperands(operands));
      note(id, image, isForward);
      return OptionalInt.of(image);
    }

    /** True if a node has the same operation as another, on the counterparts of its operands. */
    boolean isImage(int earlier, int later) {
      if (known(earlier) != null) {
        return known(earlier) == later;
      }
      boolean isImage = count++ < LARGEST && (earlier == later || alike(target.node(earlier)).equals(alike(target.node(later))));
      for (int k = 0; isImage && earlier != later && k < target.node(earlier).operands().size(); k++) {
        isImage = isImage(target.node(earlier).operands().get(k).node(), target.node(later).operands().get(k).node());
      }
      if (isImage) {
        note(earlier, later, isForward);
      }
      return isImage;
    }
  }

  /** Returns the operation of a node without its operands, to compare two nodes. */
  private static Node alike(Node node) {
    return node.withOperands(node.operands().stream().map(view -> new View(0, view.axes())).toList());
  }
}
