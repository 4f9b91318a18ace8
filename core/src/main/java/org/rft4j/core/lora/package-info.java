/** LoRA adapters: which matrices they stand beside, merging, and the files of the Python library PEFT. */
@NullMarked
package org.rft4j.core.lora;

import org.jspecify.annotations.NullMarked;
