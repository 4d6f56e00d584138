package dev.nngen.diag;

/** All kinds of diagnostics. Users see codes, so a code never changes its meaning: add new codes, and leave a gap if one is removed. */
public enum ErrorCode {
  // Text and syntax
  UNREADABLE_FILE("E001", "a file cannot be read"),
  TOO_LARGE("E002", "a file, a nesting or a statement exceeds the limits"),
  STRAY_CHARACTER("E003", "a character that the language does not use"),
  UNTERMINATED("E004", "a string, a comment or a bracket that is never closed"),
  SYNTAX("E005", "the text does not follow the grammar"),
  IMPORT("E006", "an import that is not found, is outside of the project's folder, or is circular"),
  INVALID_NAME("E007", "a name that cannot be a Java name"),

  // Names
  DUPLICATE_NAME("E101", "a name is defined twice"),
  UNKNOWN_NAME("E102", "a name without a definition"),
  USED_TOO_EARLY("E103", "a name is used before its definition"),
  NOT_CALLABLE("E104", "a call of a value that is not a function, or of a function that is not allowed here"),
  NOT_A_VALUE("E105", "expected a value, found a function"),
  WRONG_ARGUMENTS("E106", "the arguments of a call do not match its signature"),
  RECURSION("E107", "a circular definition"),
  MISPLACED("E108", "a statement or an operation that is not allowed here"),

  // Shapes and numbers
  SHAPE_MISMATCH("E120", "dimensions do not match"),
  NOT_A_SCALAR("E121", "expected a scalar, found a matrix"),
  INVALID_SIZE("E122", "expected a positive integer size"),
  MATRIX_TOO_LARGE("E123", "a matrix with more entries than a Java array"),
  INVALID_NUMBER("E124", "a number out of range, or a division by zero"),
  NOT_A_CONSTANT("E125", "expected a number known at compile time"),
  OUTSIDE_DOMAIN("E126", "a value outside a function's domain"),
  SUBSCRIPT_COUNT("E128", "the number of subscripts differs from the number of axes"),
  OUTSIDE_AXIS("E129", "a subscript that may be out of range"),
  INVALID_SUBSCRIPT("E130", "a subscript that is neither affine in indices nor integer data"),
  INDEX_WITHOUT_RANGE("E131", "an index of unknown range"),
  NO_START("E133", "a carried value without a start or a definition"),
  EMPTY_REDUCTION("E132", "a `max`, `min` or `mean` of a possibly empty set"),

  // Parts of a model
  INCOMPLETE_MODEL("E140", "a required part of a model is missing"),
  INVALID_FACT("E141", "a fact that is not about data"),
  INVALID_INIT("E142", "an initializer that is neither a number nor one draw"),
  INVALID_OPTIMIZER("E143", "an optimizer that cannot train"),
  INVALID_SETTING("E144", "an unknown orientation or precision"),
  TOO_MANY_EXPANSIONS("E145", "calls expand beyond the limit"),
  FILE_WITHOUT_MODEL("E146", "a file without a model"),

  // Proofs and output
  REFUTED("E160", "a refuted claim"),
  NOT_PROVED("E161", "an undecided claim"),
  WRONG_GRADIENT("E162", "a gradient that differs from central differences, or could not be compared"),
  UNWRITABLE_FILE("E170", "a file cannot be written"),

  // Data and training
  UNREADABLE_DATA("E201", "a data file cannot be read or is damaged"),
  MISSING_VALUE("E202", "a value is missing"),
  NOT_A_NUMBER("E203", "expected a number"),
  UNKNOWN_COLUMN("E204", "a column that the data does not have"),
  DATA_MISMATCH("E205", "data that does not fit the model's inputs and targets"),
  UNKNOWN_LABEL("E206", "an unknown class label"),
  FACT_VIOLATED("E207", "data that contradicts a declared fact"),
  TOO_FEW_SAMPLES("E208", "too few samples"),
  WEIGHTS_MISMATCH("E209", "weights that do not belong to the model"),
  NOT_FINITE("E210", "a value that is not finite"),
  NOT_RESUMABLE("E211", "training that cannot resume from a checkpoint"),
  NOT_TRAINABLE("E212", "a model that the command cannot train"),
  UNKNOWN_CATEGORY("E213", "a category that the training data does not have"),
  NOT_EXPORTABLE("E214", "a model that ONNX cannot express"),

  UNUSED("W101", "an unused declaration"),
  NO_MODEL("W102", "an unused file without a model"),
  SWAPPED_LOSS("W103", "a loss with target and prediction exchanged"),
  ALWAYS_ONE("W104", "a quotient of equal values, which is 1 for every input"),
  EQUAL_UNITS("W105", "hidden units that start equal and stay equal"),
  TARGET_IN_PREDICTION("W106", "a prediction that depends on the target"),
  ZERO_LAYERS("W107", "consecutive layers that start at 0 and stay there"),
  ZERO_GRADIENTS("W108", "a model whose gradients are all 0"),
  UNSATISFIED_DOMAIN("W110", "a value that may be outside a function's domain"),
  ROOT_AT_ZERO("W111", "a root whose argument may be 0, where its gradient is infinite"),
  GUESSED_HEADER("W201", "a first line that may be a header or a sample"),
  CONSTANT_COLUMN("W202", "a column with the same value in every sample"),
  MISSING_CLASS("W203", "a class without training samples"),
  FEW_SAMPLES("W204", "too few samples for training or metrics"),
  NO_VALIDATION("W205", "training without validation samples"),
  HARDLY_VARIES("W206", "a column whose values are nearly equal in single precision");

  public final String code;
  public final String title;

  ErrorCode(String code, String title) {
    this.code = code;
    this.title = title;
  }

  /** Returns the severity. Codes begin with E for errors and W for warnings. */
  public Severity severity() {
    return code.startsWith("W") ? Severity.WARNING : Severity.ERROR;
  }
}
