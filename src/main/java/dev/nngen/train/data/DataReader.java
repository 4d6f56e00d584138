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
    for (List<String> names : List.of(options.classes(), classNames, columns.targets())) {
      if (names.size() == wanted) {
        return names;
      }
    }
    return List.of();
  }

  // --- CSV ------------------------------------------------------------------------------------------------------------

  private void csv(DataFile file) throws Fault, IOException {
    try (CsvRows rows = CsvRows.open(file, options.separator(), options.header())) {
      ColumnRoles roles = ColumnRoles.of(rows, signature, wantsTargets, asked());
      if (columns.isEmpty()) {
        columns = roles.columns(rows.header().columns());
        classNames = rows.header().classes();
      }
      bytes = false;
      List<Integer> used = roles.all();
      int from = table == null ? 0 : table.rows();
      int numbers = -1;
      double[] row = new double[used.size()];
      CsvFields fields = new CsvFields(rows);
      while (rows.hasNext()) {
        CsvRecord record = rows.next();
        if (numbers < 0) {
          numbers = start(fields, record, roles);
        }
        for (int k = 0; k < row.length; k++) {
          row[k] = k < numbers ? fields.number(record, used.get(k)) : fields.label(record, used.get(k), labels, options.classes());
        }
        table.add(row, record.getStartingLineNumber());
      }
      parts.add(new Part(file, from, table.rows(), rows.separator(), used));
    }
  }

  /** Files behind the first have their columns as that one has them, wherever they stand. */
  private DataOptions asked() {
    return columns.isEmpty() || options.known().isPresent() ? options : options.knowing(columns, options.classes());
  }

  /** Finds out whether the target is a label; how many columns are numbers. */
  private int start(CsvFields fields, CsvRecord first, ColumnRoles roles) throws Fault, IOException {
    int features = roles.features().size();
    List<Integer> targets = roles.targets();
    boolean label = targets.size() == 1 && signature.targets().size() == 1
        && (signature.targetSize() > 1 || !options.classes().isEmpty() || !Numeral.isNumber(fields.text(first, targets.get(0))));
    if (table == null) {
      labelled = label;
      table = new Table(features + targets.size(), options.memoryBytes(), temporaryFolder());
    } else if (labelled != label && !labelled || table.width() != features + targets.size()) {
      throw fields.file().fault(ErrorCode.DATA_MISMATCH, "its columns differ from those of " + parts.get(0).file().path());
    }
    return labelled ? features : features + targets.size();
  }

  private static Path temporaryFolder() throws IOException {
    return Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir")));
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
    return labels.number(label, (code, message) -> file.file().fault(code, message + "; it is sample " + sample + "'s"));
  }

  private void checkIdx(IdxFile features, Optional<IdxFile> targets) throws Fault {
    if (features.width() != signature.features()) {
      throw features.file().fault(ErrorCode.DATA_MISMATCH, "a sample has " + features.width() + " numbers, and the model's "
          + Signature.shown(signature.inputs()) + " needs " + signature.features());
    }
    if (targets.isPresent() && targets.get().samples() != features.samples()) {
      throw targets.get().file().fault(ErrorCode.DATA_MISMATCH, "it has " + targets.get().samples() + " labels for "
          + features.samples() + " samples");
    }
    if (targets.isPresent() && targets.get().width() != 1 && targets.get().width() != signature.targetSize()) {
      throw targets.get().file().fault(ErrorCode.DATA_MISMATCH, "a sample has " + targets.get().width() + " targets, and the model's "
          + Signature.shown(signature.targets()) + " needs " + signature.targetSize());
    }
    if (table != null && table.width() != features.width() + targets.map(IdxFile::width).orElse(0)) {
      throw features.file().fault(ErrorCode.DATA_MISMATCH, "its samples differ from those of " + parts.get(0).file().path());
    }
  }
}
