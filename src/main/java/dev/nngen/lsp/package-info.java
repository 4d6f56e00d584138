/** The Language Server Protocol 3.17 over two streams: messages, documents, and answers of {@link dev.nngen.ide} as JSON. */
package dev.nngen.lsp;
