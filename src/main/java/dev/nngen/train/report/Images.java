package dev.nngen.train.report;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.lower.Program;
import dev.nngen.train.data.Data;
import dev.nngen.train.data.Data.Image;
import java.util.Arrays;
import java.util.Optional;

/** Draws samples and first-layer weights that are images. */
final class Images {

  private static final int LEAST_SQUARE = 64;
  private static final int MOST_UNITS = 128;

  private Images() {}

  /** Returns the size of a sample's image: that of the data, or a square if unnamed features fill one. */
  static Optional<Image> sizeOf(Data data) {
    if (data.signature().inputs().size() != 1) {
      return Optional.empty();
    }
    int side = (int) Math.round(Math.sqrt(data.features()));
    boolean square = side * side == data.features() && side * side >= LEAST_SQUARE && data.columns().features().isEmpty();
    return data.image().isPresent() ? data.image() : square ? Optional.of(new Image(side, side)) : Optional.empty();
  }

  /** Returns a sample's features as gray values. */
  static String sample(double[] features, Image size) {
    double low = Arrays.stream(features).min().orElse(0);
    double high = Arrays.stream(features).max().orElse(1);
    Png picture = new Png(size.columns(), size.rows());
    for (int k = 0; k < size.rows() * size.columns(); k++) {
      double gray = high > low ? (features[k] - low) / (high - low) : 0;
      picture.set(k % size.columns(), k / size.columns(), gray, gray, gray, 1);
    }
    return picture.element("", "the sample");
  }

  /**
   * The parameter that multiplies the input, and its layout.
   *
   * @param featuresAreColumns whether a row belongs to a unit
   */
  record FirstLayer(String parameter, int units, boolean featuresAreColumns) {}

  /** Returns the parameter in the first product of an input and a parameter over features. */
  static Optional<FirstLayer> firstLayer(Program<?> model, int features) {
    Graph graph = model.graph();
    for (int id = 0; id < graph.size(); id++) {
      if (graph.node(id) instanceof Node.Product product && product.factors().size() == 2) {
        Optional<FirstLayer> found = firstLayer(model, product.factors().get(0), product.factors().get(1), features)
            .or(() -> firstLayer(model, product.factors().get(1), product.factors().get(0), features));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<FirstLayer> firstLayer(Program<?> model, View weights, View data, int features) {
    Graph graph = model.graph();
    if (!(graph.node(weights.node()) instanceof Node.Leaf parameter) || parameter.role() != Node.Role.PARAMETER
        || !(graph.node(data.node()) instanceof Node.Leaf input) || input.role() != Node.Role.INPUT || parameter.shape().size() != 2) {
      return Optional.empty();
    }
    for (int axis = 0; axis < 2; axis++) {
      int inInput = data.axes().indexOf(weights.axes().get(axis));
      if (inInput >= 0 && input.shape().get(inInput).equals(parameter.shape().get(axis)) && parameter.shape().get(axis).equals(Extent.of(features))) {
        int units = ((Extent.Fixed) parameter.shape().get(1 - axis)).size();
        return Optional.of(new FirstLayer(parameter.name(), units, graph.named(parameter.name()).column() == axis));
      }
    }
    return Optional.empty();
  }

  /**
   * Draws the weights of each unit: one color for positive, another for negative ones, none for zero.
   *
   * @param weights as stored in the parameter's matrix, row by row
   */
  static String units(double[] weights, FirstLayer layer, Image size) {
    int units = Math.min(MOST_UNITS, layer.units());
    int across = Math.max(1, Math.min(units, (int) Math.ceil(Math.sqrt(2.2 * units))));
    int down = (units + across - 1) / across;
    Png picture = new Png(across * (size.columns() + 2), down * (size.rows() + 2));
    int features = size.rows() * size.columns();
    for (int unit = 0; unit < units; unit++) {
      double largest = 0;
      for (int k = 0; k < features; k++) {
        largest = Math.max(largest, Math.abs(weight(weights, layer, unit, k, features)));
      }
      for (int k = 0; k < features; k++) {
        double share = largest == 0 ? 0 : weight(weights, layer, unit, k, features) / largest;
        int x = unit % across * (size.columns() + 2) + 1 + k % size.columns();
        int y = unit / across * (size.rows() + 2) + 1 + k / size.columns();
        // A little of either color even at zero shows the picture's edges.
        picture.set(x, y, share < 0 ? 0.90 : 0.20, 0.50, share < 0 ? 0.10 : 0.95, 0.06 + 0.94 * Math.abs(share));
      }
    }
    return picture.element("units", "weights of " + units + " units");
  }

  private static double weight(double[] weights, FirstLayer layer, int unit, int feature, int features) {
    return layer.featuresAreColumns() ? weights[unit * features + feature] : weights[feature * layer.units() + unit];
  }

  static int shown(FirstLayer layer) {
    return Math.min(MOST_UNITS, layer.units());
  }
}
