package dev.nngen.train;

import java.util.Optional;

/**
 * How to train.
 *
 * @param epochs how many at most
 * @param batch samples in a step; the last of an epoch may have fewer
 * @param seed decides how parameters start and how samples are shuffled
 * @param patience epochs without a better validation loss before training stops; 0 for never
 * @param clipNorm the largest norm of all gradients together; 0 for any
 * @param classWeights how much samples of each class count
 * @param threads how many threads share the work of a step, where the network is large enough to gain; changes no result
 * @param checkFinite whether to look for the origin of a value that is not finite
 */
public record TrainOptions(int epochs, int batch, long seed, int patience, double clipNorm, Optional<ClassWeights> classWeights,
    int threads, boolean checkFinite) {}
