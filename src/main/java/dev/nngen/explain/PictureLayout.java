package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Role;
import dev.nngen.formula.TextPrinter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Layout of the picture of a network. Values are in rows from top to bottom, with their parameters and targets on the left. Gradients are beside
 * their values, those of parameters on the right. An arrow to the next row is straight; others use lanes beside the column, so that no arrow crosses
 * a box.
 */
final class PictureLayout {

  static final int BOX_WIDTH = 190;
  static final int BOX_HEIGHT = 42;
  private static final int SIDE_WIDTH = 140;
  private static final int GAP = 22;
  private static final int MARGIN = 12;
  private static final int TOP = 44;
  private static final int LANE = 9;
  private static final int BETWEEN = 40;

  enum Kind { PARAMETER, GIVEN, VALUE, LOSS, ADJOINT, GRADIENT }

  /**
   * @param detail the operation of a value, or the values of the forward pass that a gradient uses
   */
  record Box(String name, String shape, String detail, Kind kind, int x, int y, int width) {
    int middle() {
      return y + BOX_HEIGHT / 2;
    }

    int bottom() {
      return y + BOX_HEIGHT;
    }

    int right() {
      return x + width;
    }

    int center() {
      return x + width / 2;
    }
  }

  /** An arrow through points, x and y alternating. {@code back} is true between gradients, {@code loop} from a step of a recurrence to the next. */
  record Arrow(List<Integer> points, boolean back, boolean loop) {
    Arrow(List<Integer> points, boolean back) {
      this(points, back, false);
    }
  }

  private final TextPrinter printer = new TextPrinter(false);
  private final Map<String, Definition> definitions = new LinkedHashMap<>();
  private final Map<String, Adjoint> adjoints = new LinkedHashMap<>();
  private final List<String> rows = new ArrayList<>();
  private final Map<String, List<String>> parametersOf = new LinkedHashMap<>();
  private final Map<String, Integer> rowOf = new LinkedHashMap<>();
  private final Map<String, Box> boxes = new LinkedHashMap<>();
  private final List<Arrow> arrows = new ArrayList<>();
  private int height = TOP;
  private int width;

  PictureLayout(Derivation derivation) {
    PictureFolding folding = PictureFolding.of(derivation);
    folding.forward().forEach(definition -> definitions.put(definition.name(), definition));
    folding.backward().forEach(adjoint -> adjoints.put(adjoint.value(), adjoint));
    orderRows();
    Lanes forward = new Lanes();
    Lanes backward = new Lanes();
    edges((from, to) -> forward.reserve(rowOf.get(from), rowOf.get(to)), (from, to) -> backward.reserve(rowOf.get(to), rowOf.get(from)));
    int values = MARGIN + SIDE_WIDTH + BETWEEN + forward.count() * LANE;
    int gradients = values + 2 * BOX_WIDTH + BETWEEN + BETWEEN + backward.count() * LANE;
    place(values, values + BOX_WIDTH + BETWEEN, gradients);
    width = gradients + SIDE_WIDTH + MARGIN;
    draw(forward, values - BETWEEN / 2, backward, values + 2 * BOX_WIDTH + BETWEEN + BETWEEN / 2);
  }

  List<Box> boxes() {
    return List.copyOf(boxes.values());
  }

  List<Arrow> arrows() {
    return arrows;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  private static boolean isBesideValue(Definition definition) {
    return definition.role().isParameter() || definition.role() == Role.STATE || definition.role() == Role.NOISE || definition.role() == Role.TARGET;
  }

  /** Puts inputs directly above their first user, and parameters and targets beside it. */
  private void orderRows() {
    Set<String> placed = new LinkedHashSet<>();
    for (Definition definition : definitions.values()) {
      if (definition.uses().isEmpty() && definition.right().isEmpty()) {
        continue;
      }
      for (String used : definition.uses()) {
        Definition other = definitions.get(used);
        if (other != null && other.right().isEmpty() && placed.add(used)) {
          if (isBesideValue(other)) {
            parametersOf.computeIfAbsent(definition.name(), n -> new ArrayList<>()).add(used);
          } else {
            rows.add(used);
          }
        }
      }
      rows.add(definition.name());
    }
    for (int row = 0; row < rows.size(); row++) {
      rowOf.put(rows.get(row), row);
      for (String parameter : parametersOf.getOrDefault(rows.get(row), List.of())) {
        rowOf.put(parameter, row);
      }
    }
  }

  private void place(int values, int back, int gradients) {
    for (String name : rows) {
      List<String> parameters = parametersOf.getOrDefault(name, List.of());
      int y = height;
      box(definitions.get(name), values, y, BOX_WIDTH);
      adjoint(name, Kind.ADJOINT, back, y, BOX_WIDTH);
      int side = y;
      for (String parameter : parameters) {
        box(definitions.get(parameter), MARGIN, side, SIDE_WIDTH);
        adjoint(parameter, Kind.GRADIENT, gradients, side, SIDE_WIDTH);
        side += BOX_HEIGHT + 8;
      }
      height = Math.max(y + BOX_HEIGHT, side - 8) + GAP;
    }
    height += MARGIN - GAP / 2;
  }

  private void box(Definition definition, int x, int y, int width) {
    Kind kind = switch (definition.role()) {
      case PARAMETER, FROZEN, STATE -> Kind.PARAMETER;
      case INPUT, TARGET, NOISE -> Kind.GIVEN;
      case LOSS -> Kind.LOSS;
      case VALUE, OUTPUT -> Kind.VALUE;
    };
    String detail = definition.right().map(printer::text).orElse(definition.role() == Role.VALUE ? "" : definition.role().name().toLowerCase(Locale.ROOT));
    boxes.put(definition.name(), new Box(definition.name(), definition.shape(), detail, kind, x, y, width));
  }

  private void adjoint(String value, Kind kind, int x, int y, int width) {
    Adjoint adjoint = adjoints.get(value);
    if (adjoint != null) {
      List<String> taken = MentionedNames.in(adjoint.conclusion().formula()).stream().filter(definitions::containsKey).toList();
      boxes.put(adjoint.name(), new Box(adjoint.name(), adjoint.shape(), taken.isEmpty() || adjoint.shape().isEmpty() ? "" : "takes " + String.join(", ", taken), kind, x, y, width));
      rowOf.put(adjoint.name(), rowOf.get(value));
    }
  }

  private interface Link {
    void between(String from, String to);
  }

  /** Adds all arrows between different rows, in a fixed order. */
  private void edges(Link forward, Link backward) {
    adjoints.values().forEach(adjoint -> rowOf.putIfAbsent(adjoint.name(), rowOf.getOrDefault(adjoint.value(), 0)));
    for (Definition definition : definitions.values()) {
      definition.uses().stream().filter(used -> rowOf.containsKey(used) && needsLane(used, definition.name()))
          .forEach(used -> forward.between(used, definition.name()));
    }
    for (Adjoint adjoint : adjoints.values()) {
      sources(adjoint).stream().filter(used -> needsLane(used, adjoint.name()))
          .forEach(used -> backward.between(used, adjoint.name()));
    }
  }

  /** Returns the gradients, or the loss, on which a gradient depends and that are shown. */
  private List<String> sources(Adjoint adjoint) {
    return adjoint.from().stream().filter(source -> definitions.containsKey(source)
        || adjoints.values().stream().anyMatch(other -> other.name().equals(source))).toList();
  }

  /** True for an arrow against the order of rows, from a step of a recurrence to the next. */
  private boolean isLoop(String from, String to) {
    boolean forward = definitions.containsKey(to);
    return forward ? rowOf.get(from) >= rowOf.get(to) && !isSide(from) : rowOf.get(from) <= rowOf.get(to) && !isSide(to) && !definitions.containsKey(from);
  }

  private boolean needsLane(String from, String to) {
    return isLoop(from, to) || Math.abs(rowOf.get(from) - rowOf.get(to)) > 1 || isSide(from) && !rowOf.get(from).equals(rowOf.get(to))
        || isSide(to) && !rowOf.get(from).equals(rowOf.get(to));
  }

  private boolean isSide(String name) {
    Definition definition = definitions.get(name);
    return definition != null ? isBesideValue(definition)
        : adjoints.values().stream().anyMatch(adjoint -> adjoint.name().equals(name) && adjoint.parameter());
  }

  private void draw(Lanes forward, int forwardX, Lanes backward, int backwardX) {
    for (Definition definition : definitions.values()) {
      for (String used : definition.uses()) {
        if (boxes.containsKey(used)) {
          forwardArrow(used, definition.name(), forward, forwardX);
        }
      }
    }
    for (Adjoint adjoint : adjoints.values()) {
      sources(adjoint).forEach(used -> backwardArrow(used, adjoint.name(), backward, backwardX));
    }
  }

  private void forwardArrow(String from, String to, Lanes lanes, int laneX) {
    Box source = boxes.get(from);
    Box target = boxes.get(to);
    if (needsLane(from, to)) {
      int x = laneX - LANE * lanes.lane(rowOf.get(from), rowOf.get(to));
      int start = isSide(from) ? source.right() : source.x();
      boolean loop = isLoop(from, to);
      arrows.add(new Arrow(List.of(start, source.middle() + 4, x, source.middle() + 4, x, target.middle() - 6, target.x(), target.middle() - 6), false, loop));
    } else if (isSide(from)) {
      arrows.add(new Arrow(List.of(source.right(), source.middle(), target.x() - 16, source.middle(), target.x() - 16,
          target.middle(), target.x(), target.middle()), false));
    } else {
      arrows.add(new Arrow(List.of(source.center(), source.bottom(), target.center(), target.y()), false));
    }
  }

  private void backwardArrow(String from, String to, Lanes lanes, int laneX) {
    Box source = boxes.get(from);
    Box target = boxes.get(to);
    if (needsLane(from, to)) {
      int x = laneX + LANE * lanes.lane(rowOf.get(to), rowOf.get(from));
      int end = isSide(to) ? target.x() : target.right();
      arrows.add(new Arrow(List.of(source.right(), source.middle() - 4, x, source.middle() - 4, x, target.middle() + 6, end, target.middle() + 6), true, isLoop(from, to)));
    } else if (isSide(to)) {
      arrows.add(new Arrow(List.of(source.right(), source.middle(), source.right() + 16, source.middle(),
          source.right() + 16, target.middle(), target.x(), target.middle()), true));
    } else if (source.kind() == Kind.LOSS) {
      arrows.add(new Arrow(List.of(source.right(), source.middle(), target.center(), source.middle(), target.center(), target.bottom()), true));
    } else {
      arrows.add(new Arrow(List.of(source.center(), source.y(), target.center(), target.bottom()), true));
    }
  }

  /** Lanes for arrows that span rows. Arrows with overlapping spans get different lanes. */
  private static final class Lanes {
    private final Map<List<Integer>, Integer> lanes = new LinkedHashMap<>();
    private int count;

    void reserve(int one, int other) {
      int upper = Math.min(one, other);
      int lower = Math.max(one, other);
      lanes.computeIfAbsent(List.of(upper, lower), span -> {
        int lane = 1;
        while (isTaken(lane, upper, lower)) {
          lane++;
        }
        count = Math.max(count, lane);
        return lane;
      });
    }

    private boolean isTaken(int lane, int upper, int lower) {
      return lanes.entrySet().stream().anyMatch(other -> other.getValue() == lane
          && other.getKey().get(0) <= lower && upper <= other.getKey().get(1));
    }

    int lane(int upper, int lower) {
      return lanes.get(List.of(Math.min(upper, lower), Math.max(upper, lower)));
    }

    int count() {
      return count;
    }
  }
}
