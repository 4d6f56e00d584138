package dev.nngen.cli;

import dev.nngen.train.AtomicFile;
import dev.nngen.train.History;
import dev.nngen.train.Progress;
import dev.nngen.train.Trainer;
import dev.nngen.train.Training;
import dev.nngen.train.data.DataException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a checkpoint after every n epochs, and forwards all events.
 *
 * @param every number of epochs between checkpoints; 0 for none
 */
record Checkpointing(Trainer.Listener listener, Training training, Path file, int every) implements Trainer.Listener {

  @Override
  public void batch(int epoch, int done, int batches, List<Double> meanLosses) {
    listener.batch(epoch, done, batches, meanLosses);
  }

  @Override
  public void epoch(History.Epoch epoch) {
    listener.epoch(epoch);
  }

  @Override
  public void resumed(Progress progress) {
    listener.resumed(progress);
  }

  @Override
  public void between(Progress progress) throws DataException {
    if (every > 0 && (progress.epoch() - 1) % every == 0) {
      AtomicFile.write(file, training.checkpoint(progress));
    }
  }
}
