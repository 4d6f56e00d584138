package dev.nngen.bench;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Images of clothing, 28 x 28 (IDX files, gzip).
 *
 * @param images gray values from 0 to 1, image after image
 * @param labels a class for each
 */
record FashionMnist(float[] images, byte[] labels) {

  /** @param part {@code train} or {@code t10k} */
  static FashionMnist read(Path folder, String part) throws IOException {
    byte[] pixels = entries(folder.resolve(part + "-images-idx3-ubyte.gz"), 16);
    float[] images = new float[pixels.length];
    for (int k = 0; k < images.length; k++) {
      images[k] = (pixels[k] & 0xff) / 255f;
    }
    return new FashionMnist(images, entries(folder.resolve(part + "-labels-idx1-ubyte.gz"), 8));
  }

  private static byte[] entries(Path file, int header) throws IOException {
    try (var in = new DataInputStream(new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file))))) {
      in.skipNBytes(header);
      return in.readAllBytes();
    }
  }

  int size() {
    return labels.length;
  }

  /** A single 1 among zeros for each. */
  float[] targets() {
    float[] targets = new float[size() * Learner.CLASSES];
    for (int k = 0; k < size(); k++) {
      targets[k * Learner.CLASSES + labels[k]] = 1;
    }
    return targets;
  }
}
