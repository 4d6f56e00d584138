package dev.nngen.cli;

import dev.nngen.train.ClassWeights;
import dev.nngen.train.TrainOptions;
import dev.nngen.train.data.Numeral;
import dev.nngen.train.data.ScalingChoice;
import dev.nngen.train.data.SplitOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of training. */
final class TrainArguments {

  private static final double DEFAULT_SHARE = 0.2;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(names = "--data", paramLabel = "FILE", required = true, description =
      "CSV or IDX, also gzip; - is standard input; may be repeated. IDX: IMAGES,LABELS, or only the images if the labels are named as MNIST's are.")
  private List<Path> data;

  @Option(names = "--validation", paramLabel = "SHARE|FILE",
      description = "Validation set: a share of the data (default: 0.2), or files.")
  private List<String> validation = new ArrayList<>();

  @Option(names = "--test", paramLabel = "SHARE|FILE", description = "Held-out test set: a share of the data, or files (default: none).")
  private List<String> test = new ArrayList<>();

  @Option(names = "--epochs", paramLabel = "N", defaultValue = "100", description = "Maximum number of epochs (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(names = "--batch", paramLabel = "N", defaultValue = "32", description = "Number of samples in a step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
      description = "Seed of split, initial parameters and order; the same seed gives the same bits (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--patience", paramLabel = "N", defaultValue = "0",
      description = "Stops after N epochs without a lower validation loss (default: never).")
  private int patience;

  private ScalingChoice scaling = ScalingChoice.AUTO;

  @Option(names = "--scale", paramLabel = "standard|minmax|none|NUMBER", description =
      "Scaling of features, fitted on the training samples: to mean 0 and deviation 1, to [0, 1], none, or division by a number "
          + "(default: standard; gray values by 255).")
  void setScaling(String text) {
    try {
      scaling = ScalingChoice.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw wrong("--scale is standard, minmax, none or a positive number, not '" + text + "'");
    }
  }

  @Option(names = "--clip-norm", paramLabel = "NORM", defaultValue = "0",
      description = "Maximum norm of all gradients of a step together (default: none).")
  private double clipNorm;

  private Optional<ClassWeights> classWeights = Optional.empty();

  @Option(names = "--class-weights", paramLabel = "balanced|W,W,...",
      description = "Weights of samples by class (default: equal).")
  void setClassWeights(String text) {
    try {
      classWeights = Optional.of(ClassWeights.parse(text));
    } catch (IllegalArgumentException wrong) {
      throw wrong("--class-weights is balanced or positive numbers separated by commas, not '" + text + "'");
    }
  }

  @Option(names = "--threads", paramLabel = "N", defaultValue = "1", description =
      "Number of threads that share the work of a step, if the network is large enough to gain (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(names = "--check-finite", description = "Stops at the first value that is not finite and reports its origin.")
  private boolean checkFinite;

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  TrainOptions training() {
    if (threads < 1) {
      throw wrong("--threads is at least 1");
    }
    if (epochs < 1 || batch < 1 || patience < 0 || !(clipNorm >= 0) || Double.isInfinite(clipNorm)) {
      throw wrong("--epochs and --batch are at least 1, --patience and --clip-norm at least 0");
    }
    return new TrainOptions(epochs, batch, seed, patience, clipNorm, classWeights, threads, checkFinite);
  }

  ScalingChoice scaling() {
    return scaling;
  }

  SplitOptions split() {
    return new SplitOptions(data, files(validation), share("--validation", validation, DEFAULT_SHARE), files(test), share("--test", test, 0), seed);
  }

  List<Path> files() {
    List<Path> all = new ArrayList<>(data);
    all.addAll(files(validation));
    all.addAll(files(test));
    return all;
  }

  private static List<Path> files(List<String> given) {
    return given.stream().filter(text -> !isNumber(text)).map(Path::of).toList();
  }

  private double share(String name, List<String> given, double fallback) {
    List<String> shares = given.stream().filter(TrainArguments::isNumber).toList();
    if (shares.isEmpty()) {
      return given.isEmpty() ? fallback : 0;
    }
    double share = Double.parseDouble(shares.get(0));
    if (given.size() > 1 || !(share >= 0 && share < 1)) {
      throw wrong(name + " is one share from 0 to below 1, or files");
    }
    return share;
  }

  private static boolean isNumber(String text) {
    return Numeral.isNumber(text);
  }
}
