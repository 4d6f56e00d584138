/** Root of the compiler; one sub-package per stage, see ARCHITECTURE.md. */
package dev.nngen;
