package dev.nngen.train.data;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.FileFault;
import dev.nngen.diag.Plural;
import dev.nngen.train.data.Data.Image;
import dev.nngen.train.data.Data.Part;
import dev.nngen.train.data.Signature.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads consecutive CSV and IDX files into one table. All files of a reader have the same columns.
 *
 * <p>An IDX file of images is read with its labels: {@code images,labels} names both. If only the images are named, their labels are searched under
 * MNIST's names.
 */
public final class DataReader implements SampleReader {

  private final Signature signature;
  private final DataOptions options;
  private final boolean wantsTargets;
  private final Map<Integer, Labels> labels = new LinkedHashMap<>();
  private final List<Part> parts = new ArrayList<>();
  private final List<Diagnostic> warnings = new ArrayList<>();
  private Columns columns = Columns.NONE;
  private List<String> classNames = List.of();
  private Optional<Image> image = Optional.empty();
  private boolean bytes = true;
  private Table table;
  private List<TargetColumns> targets = List.of();

  /**
   * @param wantsTargets false for data to predict from, which has no targets
   */
  public DataReader(Signature signature, DataOptions options, boolean wantsTargets) {
    this.signature = signature;
    this.options = options;
    this.wantsTargets = wantsTargets && signature.targetSize() > 0;
  }

  @Override
  public int read(Path path) throws DataException {
    int before = table == null ? 0 : table.rows();
    DataFile file = imagesOf(path);
    try {
      if (file.isIdx()) {
        idx(file, path);
      } else {
        csv(file);
      }
    } catch (IOException unwritable) {
      throw DataException.of(ErrorCode.UNWRITABLE_FILE, "cannot write the temporary file for data beyond --memory: " + FileFault.reason(unwritable));
    }
    if (table.rows() == before) {
      throw file.fault(ErrorCode.TOO_FEW_SAMPLES, "the file has no samples");
    }
    return table.rows() - before;
  }

  @Override
  public Data finish() throws DataException {
    try {
      return finished();
    } catch (DataException fault) {
      throw warnings.isEmpty() ? fault : fault.help(warnings.get(0).help().get(0));
    }
  }

  private Data finished() throws DataException {
    Map<String, List<String>> named = new LinkedHashMap<>();
    FeatureEncoding encoding = encoding();
    List<TargetColumns> decoded = new ArrayList<>();
    for (TargetColumns target : targets) {
      decoded.add(target.isLabel() ? classified(target, named) : target);
    }
    Port judged = signature.classified().orElse(null);
    boolean isLabel = judged != null && named.containsKey(judged.name());
    List<String> classes = isLabel ? named.get(judged.name()) : numericClasses();
    List<List<String>> categories = encoding.features().stream().map(FeatureEncoding.Feature::categories).toList();
    return new Data(signature, table, columns.with(categories, named), classes, encoding, decoded, image, bytes, List.copyOf(parts), List.copyOf(warnings), Optional.empty());
  }

  /**
   * Returns the conversion of features with categories to inputs.
   *
   * @throws DataException if the model has more inputs or fewer
   */
  private FeatureEncoding encoding() throws DataException {
    if (labels.values().stream().allMatch(Labels::areClasses)) {
      return FeatureEncoding.NUMBERS;
    }
    List<FeatureEncoding.Feature> features = new ArrayList<>();
    int offset = 0;
    int numbers = 0;
    List<String> counts = new ArrayList<>();
    for (int k = 0; k < columns.featurePositions().size(); k++) {
      Labels met = labels.get(k);
      List<String> categories = met == null ? List.of() : met.categories();
      Optional<Port> whole = integerPort(k, columns.featurePositions().size());
      if (whole.isPresent() && categories.size() > whole.get().count()) {
        throw parts.get(0).file().fault(ErrorCode.DATA_MISMATCH, "`" + columns.feature(k) + "` has " + Plural.count(categories.size(), "different word") + ", but the model's "
            + Signature.shown(List.of(whole.get())) + " has only " + whole.get().count()).help("declare it `of " + categories.size() + "`");
      }
      features.add(new FeatureEncoding.Feature(offset, categories, met == null ? new int[0] : met.categoryOf(categories), whole.isPresent()));
      offset += features.get(k).width();
      if (met == null || whole.isPresent()) {
        numbers++;
      } else {
        counts.add("`" + columns.feature(k) + "` has " + Plural.count(categories.size(), "category"));
      }
    }
    if (offset != signature.features()) {
      throw parts.get(0).file().fault(ErrorCode.DATA_MISMATCH, "the features make " + Plural.count(offset, "input") + ", but the model's "
          + Signature.shown(signature.inputs()) + " needs " + signature.features())
          .help(Plural.count(numbers, "column") + " of numbers; " + String.join(", ", counts));
    }
    return new FeatureEncoding(features);
  }

  /** Returns the target with the classes of its labels, and records the classes' names. */
  private TargetColumns classified(TargetColumns target, Map<String, List<String>> named) throws DataException {
    Labels met = labels.get(target.column());
    List<String> classes = classes(target.port(), met);
    named.put(target.port().name(), classes);
    return target.with(classes, met.classOf(classes));
  }

  private List<String> classes(Port target, Labels met) throws DataException {
    int wanted = target.classes();
    List<String> given = met.given();
    if (given.isEmpty() && signature.targets().size() == 1 && classNames.size() == wanted) {
      return classNames;
    }
    if (!given.isEmpty() && given.size() != wanted) {
      throw DataException.of(ErrorCode.DATA_MISMATCH, "--classes names " + Plural.count(given.size(), "class") + ", but the model's "
          + Signature.shown(List.of(target)) + " has " + wanted);
    }
    return met.classes(wanted);
  }

  /** Returns the names of numeric classes: of 0 and 1, or of a column for each class. */
  private List<String> numericClasses() {
    if (signature.targets().size() != 1) {
      return List.of();
    }
    int wanted = signature.targets().get(0).classes();
    for (List<String> names : List.of(options.classes(), classNames, columns.targets())) {
      if (names.size() == wanted) {
        return names;
      }
    }
    return List.of();
  }


  private void csv(DataFile file) throws DataException, IOException {
    try (CsvRows rows = CsvRows.open(file, asked())) {
      try {
        csv(rows);
      } catch (DataException fault) {
        throw rows.explained(fault);
      }
      rows.warning().ifPresent(warnings::add);
    }
  }

  private void csv(CsvRows rows) throws DataException, IOException {
    ColumnRoles roles = ColumnRoles.of(rows, signature, wantsTargets, asked());
    if (columns.isEmpty()) {
      columns = roles.columns(rows.header().columns());
      classNames = rows.header().classes();
    }
    bytes = false;
    List<Integer> used = roles.all();
    int from = table == null ? 0 : table.rows();
    double[] row = new double[used.size()];
    CsvFields fields = new CsvFields(rows, signature.single());
    SequenceLengths ragged = SequenceLengths.of(rows, roles, signature, options);
    boolean started = false;
    while (rows.hasNext()) {
      CsvRecord record = rows.next();
      if (!started) {
        start(fields, record, roles);
        started = true;
      }
      double length = ragged.column() < 0 ? 0 : fields.number(record, ragged.column(), true);
      for (int k = 0; k < row.length; k++) {
        Labels met = labels.get(k);
        row[k] = ragged.mayLack(k, length) && fields.isEmpty(record, used.get(k)) ? 0 : met == null ? fields.number(record, used.get(k), k < roles.features().size()) : fields.label(record, used.get(k), met);
      }
      table.add(row, record.line());
    }
    parts.add(new Part(rows.file(), from, table.rows(), rows.format().separator(), used));
  }

  /** Returns the options with the columns of the first file, for later files. */
  private DataOptions asked() {
    return columns.isEmpty() || options.known().isPresent() ? options : options.knowing(columns);
  }

  /** Determines from the first sample which targets are labels. */
  private void start(CsvFields fields, CsvRecord first, ColumnRoles roles) throws DataException, IOException {
    int width = roles.all().size();
    if (table == null) {
      List<Boolean> numeric = new ArrayList<>();
      for (int column : roles.targets()) {
        numeric.add(fields.isNumber(first, column));
      }
      for (int k : roles.categorical()) {
        labels.put(k, Labels.ofCategories(knownCategories(k)));
      }
      words(fields, first, roles);
      start(width, roles.features().size(), numeric);
    } else if (table.width() != width) {
      throw fields.file().fault(ErrorCode.DATA_MISMATCH, "its columns differ from those of " + parts.get(0).file().name());
    }
  }

  /** Returns the integer input that a column of features belongs to, in which each column is a number of a sample. */
  private Optional<Port> integerPort(int column, int count) {
    int end = 0;
    for (Port input : signature.inputs()) {
      end += input.size();
      if (column < end) {
        return input.count() > 0 && count == signature.features() ? Optional.of(input) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Numbers the words in columns of integers, with one list per input. */
  private void words(CsvFields fields, CsvRecord first, ColumnRoles roles) throws DataException {
    Map<Port, List<Integer>> columnsOf = new LinkedHashMap<>();
    for (int k = 0; k < roles.features().size(); k++) {
      int column = k;
      integerPort(k, roles.features().size()).ifPresent(input -> columnsOf.computeIfAbsent(input, any -> new ArrayList<>()).add(column));
    }
    for (List<Integer> ofOne : columnsOf.values()) {
      boolean words = false;
      for (int k : ofOne) {
        words |= labels.containsKey(k) || !fields.isNumber(first, roles.features().get(k));
      }
      Labels met = Labels.ofCategories(knownCategories(ofOne.get(0)));
      for (int k : words ? ofOne : List.<Integer>of()) {
        labels.put(k, met);
      }
    }
  }

  private List<String> knownCategories(int feature) {
    return options.known().map(Columns::categories).filter(known -> !known.isEmpty()).map(known -> known.get(feature)).orElse(List.of());
  }

  /**
   * Begins the table.
   *
   * @param features the number of its columns that are features
   * @param numeric whether columns of targets contain numbers
   */
  private void start(int width, int features, List<Boolean> numeric) throws IOException {
    if (wantsTargets) {
      List<Port> named = signature.targets().stream().filter(target -> !options.classesOf(signature, target).isEmpty()).toList();
      targets = TargetColumns.divide(signature, features, numeric, named).orElseThrow();
    }
    targets.stream().filter(TargetColumns::isLabel).forEach(target -> labels.put(target.column(), Labels.ofClasses(options.classesOf(signature, target.port()))));
    table = new Table(width, options.memoryBytes(), temporaryFolder());
  }

  private static Path temporaryFolder() throws IOException {
    return Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir")));
  }


  /** Returns the file of features: the path before a comma, unless the path itself has one. */
  private static DataFile imagesOf(Path path) throws DataException {
    int comma = path.toString().lastIndexOf(',');
    return DataFile.of(Files.exists(path) || comma < 0 ? path : Path.of(path.toString().substring(0, comma)));
  }

  private DataFile labelsOf(DataFile images, Path path) throws DataException {
    if (path.toString().startsWith(images.name() + ",")) {
      return DataFile.of(Path.of(path.toString().substring(path.toString().lastIndexOf(',') + 1)));
    }
    Path sibling = path.resolveSibling(images.shortName().replaceFirst("images", "labels").replaceFirst("idx\\d", "idx1"));
    if (sibling.equals(path) || !images.content().equals(path) || !Files.exists(sibling)) {
      throw images.fault(ErrorCode.UNREADABLE_DATA, "no labels found for these samples")
          .help("name both files: " + path + ",LABELS");
    }
    return DataFile.of(sibling);
  }

  private void idx(DataFile file, Path path) throws DataException, IOException {
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

  private void idx(IdxFile features, Optional<IdxFile> labelFile) throws DataException, IOException {
    checkIdx(features, labelFile);
    int width = features.width();
    int targetWidth = labelFile.map(IdxFile::width).orElse(0);
    if (table == null) {
      int[] shape = features.sampleDimensions();
      image = shape.length == 2 ? Optional.of(new Image(shape[0], shape[1])) : Optional.empty();
      start(width + targetWidth, width, Collections.nCopies(targetWidth, true));
    }
    bytes &= features.isUnsignedByte();
    int from = table.rows();
    double[] row = new double[width + targetWidth];
    double[] target = new double[targetWidth];
    for (int sample = 1; features.hasNext(); sample++) {
      features.next(row);
      if (labelFile.isPresent()) {
        labelFile.get().next(target);
        for (int k = 0; k < targetWidth; k++) {
          Labels met = labels.get(width + k);
          row[width + k] = met == null ? target[k] : label(met, labelFile.get(), target[k], sample);
        }
      }
      table.add(row, sample);
    }
    parts.add(new Part(features.file(), from, table.rows(), (char) 0, List.of()));
  }

  private static double label(Labels labels, IdxFile file, double value, int sample) throws DataException {
    String label = value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    return labels.number(label, (code, message) -> file.file().fault(code, message + "; it is sample " + sample + "'s"));
  }

  private void checkIdx(IdxFile features, Optional<IdxFile> targets) throws DataException {
    if (features.width() != signature.features()) {
      throw features.file().fault(ErrorCode.DATA_MISMATCH, "a sample has " + Plural.count(features.width(), "number") + ", but the model's "
          + Signature.shown(signature.inputs()) + " needs " + signature.features());
    }
    if (targets.isPresent() && targets.get().samples() != features.samples()) {
      throw targets.get().file().fault(ErrorCode.DATA_MISMATCH, "it has " + Plural.count(targets.get().samples(), "label") + " for "
          + Plural.count(features.samples(), "sample"));
    }
    if (targets.isPresent() && !signature.takes(targets.get().width())) {
      throw targets.get().file().fault(ErrorCode.DATA_MISMATCH, "a sample has " + Plural.count(targets.get().width(), "target") + ", but the model's "
          + Signature.shown(signature.targets()) + " needs " + signature.targetSize());
    }
    if (table != null && table.width() != features.width() + targets.map(IdxFile::width).orElse(0)) {
      throw features.file().fault(ErrorCode.DATA_MISMATCH, "its samples differ from those of " + parts.get(0).file().name());
    }
  }
}
