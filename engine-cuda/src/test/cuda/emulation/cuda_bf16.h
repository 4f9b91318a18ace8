// Stands in for the header of the CUDA toolkit.
#include "cuda_on_threads.h"
