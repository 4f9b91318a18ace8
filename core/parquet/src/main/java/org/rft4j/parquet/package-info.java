/** Rows of Parquet files, such as the shards of data sets of Hugging Face. */
@NullMarked
package org.rft4j.parquet;

import org.jspecify.annotations.NullMarked;
