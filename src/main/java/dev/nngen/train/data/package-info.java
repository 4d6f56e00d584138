/** Data: CSV and IDX files to a table of numbers, its columns' roles, class labels, scaling, splits, and checks. */
package dev.nngen.train.data;
