package dev.nngen.train;

import java.util.Optional;

/**
 * Options of training.
 *
 * @param epochs maximum number of epochs
 * @param batch samples in a step; the last of an epoch may have fewer
 * @param seed of the initial parameters and of shuffling
 * @param patience epochs without a better validation loss before training stops; 0 for never
 * @param clipNorm the maximum norm of all gradients together; 0 for no limit
 * @param classWeights the weights of samples by class
 * @param threads the number of threads that share the work of a step, if the network is large enough to gain; does not affect results
 * @param checkFinite whether to find the origin of a value that is not finite
 */
public record TrainOptions(int epochs, int batch, long seed, int patience, double clipNorm, Optional<ClassWeights> classWeights,
    int threads, boolean checkFinite) {}
