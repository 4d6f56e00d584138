/**
 * Writes the prediction of a model as an ONNX file (opset 17). A tensor that runs over the samples has them along its first axis, so that inputs and
 * the output are batch x features or batch x channels x height x width, and layers become {@code Gemm}.
 */
package dev.nngen.onnx;
