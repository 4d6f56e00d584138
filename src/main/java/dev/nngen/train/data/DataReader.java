package dev.nngen.train.data;

import de.siegmar.fastcsv.reader.CsvRecord;
import dev.nngen.diag.ErrorCode;
import dev.nngen.train.data.Data.Image;
import dev.nngen.train.data.Data.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads CSV and IDX files, one behind the other, into one table. All files of a reader have their columns alike.
 *
 * <p>An IDX file of images is read with its labels: {@code images,labels} names both, and where only the images are named
 * their labels are looked for under MNIST's names.
 */
public final class DataReader {

  private final Signature signature;
  private final DataOptions options;
  private final boolean wantsTargets;
  private final Labels labels = new Labels();
  private final List<Part> parts = new ArrayList<>();
  private Columns columns = Columns.NONE;
  private List<String> targetNames = List.of();
  private List<String> classNames = List.of();
  private Optional<Image> image = Optional.empty();
  private boolean bytes = true;
  private Table table;
  private boolean labelled;

  /** @param wantsTargets false for data to predict from, in which targets are not looked for */
  public DataReader(Signature signature, DataOptions options, boolean wantsTargets) {
    this.signature = signature;
    this.options = options;
    this.wantsTargets = wantsTargets && signature.targetSize() > 0;
  }

  /** Reads one more file; how many samples it has. */
  public int read(Path path) throws Fault {
    int before = table == null ? 0 : table.rows();
    DataFile file = imagesOf(path);
    try {
      if (file.isIdx()) {
        idx(file, path);
      } else {
        csv(file);
      }
    } catch (IOException unwritable) {
      throw Fault.of(ErrorCode.UNWRITABLE_FILE, "cannot write the temporary file for data beyond --memory: " + unwritable.getMessage());
    }
    if (table.rows() == before) {
      throw file.fault(ErrorCode.TOO_FEW_SAMPLES, "the file has no samples");
    }
    return table.rows() - before;
  }

  /** All that was read. */
  public Data finish() throws Fault {
    List<String> classes = labelled ? classes() : numericClasses();
    int[] classOf = labelled ? labels.classOf(classes) : new int[0];
    return new Data(signature, table, columns, classes, classOf, wantsTargets, image, bytes, List.copyOf(parts));
  }

  private List<String> classes() throws Fault {
    int wanted = Math.max(2, signature.targetSize());
    List<String> given = options.classes();
    if (given.isEmpty() && classNames.size() == wanted) {
      labels.classOf(classNames);
      return classNames;
    }
    if (!given.isEmpty() && given.size() != wanted) {
      throw Fault.of(ErrorCode.DATA_MISMATCH, "--classes names " + given.size() + " classes, and the model tells " + wanted + " apart");
    }
    return labels.classes(given, wanted);
  }

  /** Names of classes that come as numbers already: of 0 and 1, or of a column for each class. */
  private List<String> numericClasses() {
    int wanted = Math.max(2, signature.targetSize());
    for (List<String> names : List.of(options.classes(), classNames, targetNames)) {
      if (names.size() == wanted) {
        return names;
      }
    }
    return List.of();
  }

  // --- CSV ------------------------------------------------------------------------------------------------------------

  private void csv(DataFile file) throws Fault, IOException {
    try (CsvRows rows = CsvRows.open(file, options.separator(), options.header())) {
      List<Integer> targets = wantsTargets ? targets(rows) : List.of();
      List<Integer> features = features(rows, targets);
      List<String> header = rows.header().columns();
      if (table == null) {
        targetNames = names(header, targets);
        columns = new Columns(names(header, features), positions(features), targetNames, positions(targets));
        classNames = rows.header().classes();
      }
      bytes = false;
      List<Integer> used = new ArrayList<>(features);
      used.addAll(targets);
      int from = table == null ? 0 : table.rows();
      int numbers = -1;
      double[] row = new double[used.size()];
      while (rows.hasNext()) {
        CsvRecord record = rows.next();
        if (numbers < 0) {
          numbers = start(rows, record, features.size(), targets);
        }
        for (int k = 0; k < row.length; k++) {
          row[k] = k < numbers ? number(rows, record, used.get(k)) : label(rows, record, used.get(k));
        }
        table.add(row, record.getStartingLineNumber());
      }
      parts.add(new Part(file, from, table.rows(), rows.separator(), List.copyOf(used)));
    }
  }

  private static List<String> names(List<String> header, List<Integer> of) {
    return header.isEmpty() ? List.of() : of.stream().map(header::get).toList();
  }

  private static List<Integer> positions(List<Integer> of) {
    return of.stream().map(column -> column + 1).toList();
  }

  /** Finds out whether the target is a label; how many columns are numbers. */
  private int start(CsvRows rows, CsvRecord first, int features, List<Integer> targets) throws Fault, IOException {
    boolean label = targets.size() == 1 && signature.targets().size() == 1
        && (signature.targetSize() > 1 || !options.classes().isEmpty() || !HeaderChoice.isNumber(field(rows, first, targets.get(0))));
    if (table == null) {
      labelled = label;
      table = new Table(features + targets.size(), options.memoryBytes(), temporaryFolder());
    } else if (labelled != label && !labelled || table.width() != features + targets.size()) {
      throw rows.file().fault(ErrorCode.DATA_MISMATCH, "its columns differ from those of " + parts.get(0).file().path());
    }
    return labelled ? features : features + targets.size();
  }

  private static Path temporaryFolder() throws IOException {
    return Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir")));
  }

  private List<Integer> targets(CsvRows rows) throws Fault {
    int size = signature.targetSize();
    List<String> asked = !options.targets().isEmpty() ? options.targets()
        : options.known().map(known -> known.targetsIn(rows.header().columns(), rows.columns())).orElse(List.of());
    if (!asked.isEmpty()) {
      List<Integer> found = new ColumnChoice(rows).find(asked);
      if (found.size() != size && found.size() != 1) {
        throw rows.file().fault(ErrorCode.DATA_MISMATCH, "--target names " + found.size() + " columns, and the model's "
            + shown(signature.targets()) + " needs " + size + ", or one with class labels");
      }
      return found;
    }
    int features = options.features().isEmpty() ? signature.features() : new ColumnChoice(rows).find(options.features()).size();
    int last = rows.columns() - features == 1 ? 1 : size;
    if (rows.columns() < last) {
      throw mismatch(rows);
    }
    return IntStream.range(rows.columns() - last, rows.columns()).boxed().toList();
  }

  private List<Integer> features(CsvRows rows, List<Integer> targets) throws Fault {
    List<String> asked = !options.features().isEmpty() ? options.features()
        : options.known().map(known -> known.featuresIn(rows.header().columns(), rows.columns())).orElse(List.of());
    List<Integer> found = asked.isEmpty()
        ? IntStream.range(0, rows.columns()).boxed().filter(column -> !targets.contains(column)).toList()
        : new ColumnChoice(rows).find(asked);
    if (found.size() != signature.features()) {
      throw asked.isEmpty() ? mismatch(rows)
          : rows.file().fault(ErrorCode.DATA_MISMATCH, "--features names " + found.size() + " columns, and the model's "
              + shown(signature.inputs()) + " needs " + signature.features());
    }
    return found;
  }

  private Fault mismatch(CsvRows rows) {
    String wanted = shown(signature.inputs()) + (wantsTargets ? " and " + shown(signature.targets()) : "");
    return rows.file().fault(ErrorCode.DATA_MISMATCH, "the file has " + rows.columns() + " columns, which do not fit the model's " + wanted)
        .help("choose columns by name or position, such as --features 1-" + signature.features()
            + (wantsTargets ? " --target " + (signature.features() + 1) : ""));
  }

  private static String shown(List<Signature.Port> ports) {
    return String.join(", ", ports.stream().map(port -> port.name() + "[" + port.size() + "]").toList());
  }

  private static String field(CsvRows rows, CsvRecord record, int column) throws Fault {
    String field = record.getField(column).strip();
    if (field.isEmpty()) {
      throw missing(rows, record, column);
    }
    return field;
  }

  private static Fault missing(CsvRows rows, CsvRecord record, int column) {
    return at(rows, record, column, ErrorCode.MISSING_VALUE, "a value is missing" + named(rows, column))
        .help("fill it in or leave the line out; nngen does not guess");
  }

  private static double number(CsvRows rows, CsvRecord record, int column) throws Fault {
    String field = field(rows, record, column);
    if (isMissing(field)) {
      throw missing(rows, record, column);
    }
    double value;
    try {
      value = Double.parseDouble(field);
    } catch (NumberFormatException text) {
      throw at(rows, record, column, ErrorCode.NOT_A_NUMBER, "`" + field + "` is not a number" + named(rows, column));
    }
    if (!Double.isFinite(value)) {
      throw at(rows, record, column, ErrorCode.MISSING_VALUE, "`" + field + "` is no value to train with" + named(rows, column));
    }
    return value;
  }

  private static boolean isMissing(String field) {
    return field.equals("?") || field.equalsIgnoreCase("nan") || field.equalsIgnoreCase("na") || field.equalsIgnoreCase("n/a") || field.equalsIgnoreCase("null");
  }

  private double label(CsvRows rows, CsvRecord record, int column) throws Fault {
    String label = field(rows, record, column);
    return labels.number(label, () -> at(rows, record, column, ErrorCode.UNKNOWN_LABEL, "`" + label + "` is none of the classes"));
  }

  private static String named(CsvRows rows, int column) {
    return rows.header().columns().isEmpty() ? "" : " in column `" + rows.header().columns().get(column) + "`";
  }

  private static Fault at(CsvRows rows, CsvRecord record, int column, ErrorCode code, String message) {
    return new Fault(rows.file().at(code, record.getStartingLineNumber(), column, rows.separator(), message));
  }

  // --- IDX ------------------------------------------------------------------------------------------------------------

  /** The file of features: what stands before a comma, unless the path itself has one. */
  private static DataFile imagesOf(Path path) {
    int comma = path.toString().lastIndexOf(',');
    return new DataFile(Files.exists(path) || comma < 0 ? path : Path.of(path.toString().substring(0, comma)));
  }

  private DataFile labelsOf(DataFile images, Path path) throws Fault {
    if (!images.path().equals(path)) {
      return new DataFile(Path.of(path.toString().substring(path.toString().lastIndexOf(',') + 1)));
    }
    String name = images.path().getFileName().toString();
    Path sibling = images.path().resolveSibling(name.replaceFirst("images", "labels").replaceFirst("idx\\d", "idx1"));
    if (sibling.equals(images.path()) || !Files.exists(sibling)) {
      throw images.fault(ErrorCode.UNREADABLE_DATA, "no labels found for these samples")
          .help("name both files: " + images.path() + ",LABELS");
    }
    return new DataFile(sibling);
  }

  private void idx(DataFile file, Path path) throws Fault, IOException {
    if (!wantsTargets) {
      try (IdxFile features = IdxFile.open(file)) {
        idx(features, Optional.empty());
      }
      return;
    }
    try (IdxFile features = IdxFile.open(file); IdxFile targets = IdxFile.open(labelsOf(file, path))) {
      idx(features, Optional.of(targets));
    }
  }

  private void idx(IdxFile features, Optional<IdxFile> targets) throws Fault, IOException {
    checkIdx(features, targets);
    int width = features.width();
    int targetWidth = targets.map(IdxFile::width).orElse(0);
    boolean label = targetWidth == 1 && signature.targetSize() > 1;
    if (table == null) {
      labelled = label;
      int[] shape = features.sampleDimensions();
      image = shape.length == 2 ? Optional.of(new Image(shape[0], shape[1])) : Optional.empty();
      table = new Table(width + targetWidth, options.memoryBytes(), temporaryFolder());
    }
    bytes &= features.isUnsignedByte();
    int from = table.rows();
    double[] row = new double[width + targetWidth];
    double[] target = new double[targetWidth];
    for (int sample = 1; features.hasNext(); sample++) {
      features.next(row);
      if (targets.isPresent()) {
        targets.get().next(target);
        for (int k = 0; k < targetWidth; k++) {
          row[width + k] = label ? label(targets.get(), target[k], sample) : target[k];
        }
      }
      table.add(row, sample);
    }
    parts.add(new Part(features.file(), from, table.rows(), (char) 0, List.of()));
  }

  private double label(IdxFile file, double value, int sample) throws Fault {
    String label = value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    return labels.number(label, () -> file.file().fault(ErrorCode.UNKNOWN_LABEL, "`" + label + "` of sample " + sample + " is none of the classes"));
  }

  private void checkIdx(IdxFile features, Optional<IdxFile> targets) throws Fault {
    if (features.width() != signature.features()) {
      throw features.file().fault(ErrorCode.DATA_MISMATCH, "a sample has " + features.width() + " numbers, and the model's "
          + shown(signature.inputs()) + " needs " + signature.features());
    }
    if (targets.isPresent() && targets.get().samples() != features.samples()) {
      throw targets.get().file().fault(ErrorCode.DATA_MISMATCH, "it has " + targets.get().samples() + " labels for "
          + features.samples() + " samples");
    }
    if (targets.isPresent() && targets.get().width() != 1 && targets.get().width() != signature.targetSize()) {
      throw targets.get().file().fault(ErrorCode.DATA_MISMATCH, "a sample has " + targets.get().width() + " targets, and the model's "
          + shown(signature.targets()) + " needs " + signature.targetSize());
    }
    if (table != null && table.width() != features.width() + targets.map(IdxFile::width).orElse(0)) {
      throw features.file().fault(ErrorCode.DATA_MISMATCH, "its samples differ from those of " + parts.get(0).file().path());
    }
  }
}
