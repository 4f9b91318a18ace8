/** Tests of reading Parquet files, against files of pyarrow. */
@NullMarked
package org.rft4j.parquet;

import org.jspecify.annotations.NullMarked;
