package dev.nngen.train.report;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Version;
import dev.nngen.diag.Plural;
import dev.nngen.diag.Source;
import dev.nngen.explain.ExplainOptions;
import dev.nngen.explain.HtmlFragment;
import dev.nngen.train.Evaluation;
import dev.nngen.train.History;
import dev.nngen.train.OutputNotes;
import dev.nngen.train.Safetensors;
import dev.nngen.train.Training;
import dev.nngen.train.Training.Trained;
import dev.nngen.train.data.Data;
import dev.nngen.train.data.Data.Image;
import dev.nngen.train.data.Split;
import dev.nngen.train.metric.ClassMetrics;
import dev.nngen.train.metric.Metrics;
import dev.nngen.train.metric.NumberMetrics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Writes the results of training as one HTML file. The same training gives the same bytes. */
public final class Report {

  private static final int MOST_SCATTERS = 6;

  private final CompiledModel model;
  private final Training training;
  private final Trained trained;
  private final Evaluation evaluation;
  private final String judged;
  private final String command;
  private final Data data;
  private final Optional<Image> image;
  private final StringBuilder text = new StringBuilder();

  /**
   * @param evaluation of the best weights
   * @param judged the set that was measured: test, validation or training
   * @param command that repeats the training
   */
  public Report(CompiledModel model, Training training, Trained trained, Evaluation evaluation, String judged, String command) {
    this.model = model;
    this.training = training;
    this.trained = trained;
    this.evaluation = evaluation;
    this.judged = judged;
    this.command = command;
    this.data = training.prepared().data();
    this.image = Images.sizeOf(data);
  }

  /** Returns the whole file. */
  public String html() {
    Optional<HtmlFragment> derivation = model.lowered().loss()
        .map(loss -> HtmlFragment.of(model.derivation().derive(ExplainOptions.DEFAULT)));
    String title = Svg.escape(model.name()) + ", trained";
    text.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>").append(title).append("</title>\n<style>\n")
        .append(derivation.map(HtmlFragment::style).orElse("")).append(resource("report.css")).append("</style>\n</head>\n<body>\n<h1>")
        .append(title).append("</h1>\n");
    summary();
    curves();
    quality();
    worst();
    firstLayer();
    modelText();
    derivation.ifPresent(fragment -> text.append("<details><summary>How its gradients are derived</summary><div>\n")
        .append(fragment.body()).append("</div></details>\n"));
    repeat();
    return text.append("</body>\n</html>\n").toString();
  }

  private void summary() {
    Split split = training.prepared().split();
    History history = trained.progress().history();
    text.append("<p>").append(String.format(Locale.ROOT, "%,d %s, trained on %,d %s for %d %s. Measured on %,d %s %s with the weights of epoch %d.",
        training.network().parameterCount(), Plural.of(training.network().parameterCount(), "parameter"), split.training().length,
        Plural.of(split.training().length, "sample"), history.epochs().size(), Plural.of(history.epochs().size(), "epoch"), evaluation.rows().length, judged,
        Plural.of(evaluation.rows().length, "sample"), history.best().epoch()))
        .append("</p>\n<div class=\"cards\">\n");
    for (Metrics.Measure measure : evaluation.metrics().measures()) {
      boolean share = measure.name().equals("accuracy");
      card(share && !Double.isNaN(measure.value()) ? String.format(Locale.ROOT, "%.2f %%", 100 * measure.value()) : Metrics.defined(measure.value()), measure.name() + ", " + judged);
    }
    evaluation.losses().forEach((name, loss) -> card(Metrics.shown(loss), (evaluation.losses().size() == 1 ? "loss" : "loss " + name) + ", " + judged));
    card(String.format(Locale.ROOT, "%d of %d", history.best().epoch(), history.epochs().size()), "best epoch");
    text.append("</div>\n");
    training.prepared().warnings().forEach(warning -> note("Warning: " + warning.message()));
    OutputNotes.of(evaluation).forEach(this::note);
  }

  private void card(String number, String words) {
    text.append("<div class=\"card\"><b>").append(Svg.escape(number)).append("</b><span>").append(Svg.escape(words)).append("</span></div>\n");
  }

  private void heading(String title) {
    text.append("<h2>").append(Svg.escape(title)).append("</h2>\n");
  }

  private void figure(String title, String note, String picture) {
    text.append("<figure><figcaption>").append(Svg.escape(title)).append(note.isEmpty() ? "" : " <small>" + Svg.escape(note) + "</small>")
        .append("</figcaption>\n").append(picture).append("</figure>\n");
  }

  private void curves() {
    List<History.Epoch> epochs = trained.progress().history().epochs();
    int best = trained.progress().history().best().epoch();
    boolean validates = training.prepared().split().validation().length > 0;
    heading("Training curves");
    text.append("<div class=\"charts\">\n");
    String legend = "<div class=\"legend\"><span><i class=\"ia\"></i>training</span>"
        + (validates ? "<span><i class=\"ib\"></i>validation</span>" : "") + "</div>\n";
    List<String> losses = trained.progress().history().losses();
    for (int k = 0; k < losses.size(); k++) {
      int index = k;
      String name = losses.size() == 1 ? "" : " " + losses.get(k);
      figure("Loss" + name, "by epoch", legend + Charts.curves("loss" + name + " by epoch", column(epochs, epoch -> epoch.losses().get(index)),
          column(epochs, epoch -> validates ? epoch.validationLosses().get(index) : Double.NaN), best));
    }
    String metric = trained.progress().history().metric();
    if (!metric.isEmpty()) {
      double[] none = new double[epochs.size()];
      Arrays.fill(none, Double.NaN);
      double[] values = column(epochs, History.Epoch::metric);
      figure(metric.substring(0, 1).toUpperCase(Locale.ROOT) + metric.substring(1), "of the " + (validates ? "validation" : "training") + " samples, by epoch",
          validates ? "<div class=\"legend\"><span><i class=\"ib\"></i>validation</span></div>\n" + Charts.curves(metric + " by epoch", none, values, best)
              : legend + Charts.curves(metric + " by epoch", values, none, best));
    }
    text.append("</div>\n");
  }

  private static double[] column(List<History.Epoch> epochs, ToDoubleFunction<History.Epoch> value) {
    return epochs.stream().mapToDouble(value).toArray();
  }

  private void quality() {
    if (evaluation.metrics() instanceof ClassMetrics metrics) {
      heading("Metrics");
      text.append("<div class=\"charts\">\n<div class=\"stack\">\n");
      figure("Confusion matrix", String.format(Locale.ROOT, "of %,d %s samples", evaluation.rows().length, judged), Charts.confusion(metrics));
      // The table goes below the matrix if the curve needs the place beside it.
      String between = "</div>\n<div class=\"stack\">\n";
      text.append(metrics.roc().isPresent() ? "" : between);
      classTable(metrics);
      metrics.roc().ifPresent(roc -> {
        text.append(between);
        figure("ROC curve", "area " + Metrics.shown(roc.area()), Charts.roc(roc, metrics.classes().get(1)));
      });
      text.append("</div>\n</div>\n");
    } else if (evaluation.metrics() instanceof NumberMetrics metrics) {
      heading("Metrics");
      scatters(metrics);
    }
  }

  /** Writes a picture for each output, and a table if there are several. */
  private void scatters(NumberMetrics metrics) {
    int size = metrics.columns().size();
    text.append("<div class=\"charts\">\n");
    for (int k = 0; k < Math.min(MOST_SCATTERS, size); k++) {
      String name = size == 1 ? "Predictions against targets" : metrics.columns().get(k).name();
      figure(name, String.format(Locale.ROOT, "%,d %s samples", evaluation.rows().length, judged),
          Charts.scatter(column(evaluation.targets(data), k, size), column(evaluation.outputs(), k, size)));
    }
    if (size > 1) {
      text.append("<div class=\"panel\"><table>\n<tr><th>target</th><th class=\"n\">RMSE</th><th class=\"n\">MAE</th><th class=\"n\">R2</th></tr>\n");
      for (NumberMetrics.Column column : metrics.columns()) {
        text.append("<tr><td>").append(Svg.escape(column.name())).append("</td>");
        for (double value : new double[] {column.rmse(), column.mae(), column.r2()}) {
          text.append("<td class=\"n\">").append(Metrics.defined(value)).append("</td>");
        }
        text.append("</tr>\n");
      }
      text.append("</table></div>\n");
    }
    text.append("</div>\n");
  }

  private static double[] column(double[] values, int first, int stride) {
    return IntStream.range(0, values.length / stride).mapToDouble(i -> values[i * stride + first]).toArray();
  }

  private void classTable(ClassMetrics metrics) {
    text.append("<div class=\"panel\"><table>\n<tr><th>class</th><th class=\"n\">precision</th><th class=\"n\">recall</th>"
        + "<th class=\"n\">F1</th><th class=\"n\">samples</th></tr>\n");
    for (int k = 0; k < metrics.classes().size(); k++) {
      text.append(String.format(Locale.ROOT, "<tr><td>%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%d</td></tr>\n",
          Svg.escape(metrics.classes().get(k)), Metrics.defined(metrics.precision(k)), Metrics.defined(metrics.recall(k)), Metrics.defined(metrics.f1(k)),
          metrics.support(k)));
    }
    text.append("</table></div>\n");
  }

  private void worst() {
    List<WorstExamples.Example> examples = WorstExamples.of(evaluation, data, training.task());
    if (examples.isEmpty()) {
      return;
    }
    heading("Worst samples");
    String file = onlyFile();
    note(file.isEmpty() ? "" : "of " + file);
    text.append("<div class=\"wrong\">\n");
    double[] sample = new double[data.sampleSize()];
    for (WorstExamples.Example example : examples) {
      data.sample(example.row(), sample);
      String picture = image.map(size -> Images.sample(Arrays.copyOf(sample, data.features()), size)).orElse("");
      text.append("<div class=\"card\">").append(picture).append("<div><b>").append(Svg.escape(example.actual())).append("</b><br>")
          .append("predicted ").append(Svg.escape(example.predicted())).append("<br><span>").append(Svg.escape(place(example.row(), file.isEmpty()))).append("</span></div></div>\n");
    }
    text.append("</div>\n");
  }

  /** Returns the name of the file that all measured samples come from; empty if there are several. */
  private String onlyFile() {
    List<String> files = Arrays.stream(evaluation.rows()).mapToObj(row -> data.part(row).file().shortName()).distinct()
        .limit(2).toList();
    return files.size() == 1 ? files.get(0) : "";
  }

  private String place(int row, boolean withFile) {
    Data.Part part = data.part(row);
    String name = withFile ? part.file().shortName() + ", " : "";
    return name + (part.columns().isEmpty() ? "sample " : "line ") + data.table().line(row);
  }

  private void note(String words) {
    text.append(words.isEmpty() ? "" : "<p class=\"note\">" + Svg.escape(words) + "</p>\n");
  }

  private void firstLayer() {
    if (image.isEmpty()) {
      return;
    }
    Images.firstLayer(model.lowered(), data.features()).ifPresent(layer -> {
      heading("Weights of the first layer");
      String shown = Images.shown(layer) < layer.units() ? "the first " + Images.shown(layer) + " of " + layer.units() + " units" : layer.units() + " units";
      figure(layer.parameter(), shown + "; blue is positive, orange negative", Images.units(parameter(layer.parameter()), layer, image.get()));
    });
  }

  private double[] parameter(String name) {
    try {
      return Safetensors.read(trained.progress().best()).tensors().get(name).values();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private void modelText() {
    heading("The model");
    for (Source source : model.sources()) {
      if (!source.name().startsWith("library/")) {
        text.append("<div class=\"panel\" style=\"padding:0;margin-bottom:.75rem\"><pre>").append(Svg.escape(source.text())).append("</pre></div>\n");
      }
    }
  }

  private void repeat() {
    heading("Command");
    text.append("<div class=\"panel\"><table>\n");
    row("command", "<code>" + Svg.escape(command) + "</code>");
    row("seed", Long.toString(training.options().seed()));
    for (Data.Part part : data.files()) {
      row("data", Svg.escape(part.file().name() + ", " + String.format(Locale.ROOT, "%,d", part.to() - part.from()) + " samples"));
    }
    row("versions", Svg.escape("nngen " + Version.current() + ", Java " + System.getProperty("java.version") + ", " + System.getProperty("os.arch")));
    text.append("</table></div>\n");
  }

  private void row(String name, String html) {
    text.append("<tr><th>").append(name).append("</th><td>").append(html).append("</td></tr>\n");
  }

  private static String resource(String name) {
    try (InputStream in = Report.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
