#!/usr/bin/env bash
# Builds the TorchScript operators of rft4j.
#
#   build.sh cpu  [FOLDER]   librft4j_ops_cpu.so: the CPU operators, with a C++ compiler only
#   build.sh cuda [FOLDER]   librft4j_ops.so:     the CPU operators and the CUDA kernels
#   build.sh test            compiles and runs the host test of the arithmetic; needs no PyTorch
#   build.sh emulate         the same for the kernels, which it runs on host threads; SANITIZE=thread looks for races
#
# Environment, all optional:
#   LIBTORCH      folder with include/ and lib/ of the PyTorch to build against; default: the one PYTHON imports
#   PYTHON        default python3
#   CXX           host compiler, default g++
#   NVCC          default nvcc; or a clang++, which also needs CUDA_HOME
#   CUDA_HOME     folder with include/ of the CUDA toolkit; default: the parent of the folder of nvcc
#   CUDA_ARCHS    compute capabilities with machine code, default "80 90"; the last one is embedded as PTX, too
#   CUDART        static (default) or shared: how the CUDA runtime is linked. DJL ships it under another file name than
#                 a CUDA toolkit does, so a shared one may not be found.
#   CUDA_LIB      folder with the CUDA runtime library; default: lib64 or lib of CUDA_HOME
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=${1:?"usage: build.sh cpu|cuda|test|emulate [FOLDER]"}
out=${2:-$here/../../../target/native}
CXX=${CXX:-g++}
PYTHON=${PYTHON:-python3}
mkdir -p "$out"
out=$(cd "$out" && pwd)
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

warnings=(-Wall -Wextra)

find_torch() {
  if [[ -z ${LIBTORCH:-} ]]; then
    LIBTORCH=$("$PYTHON" -c 'import os, torch; print(os.path.dirname(torch.__file__))') || {
      echo "build.sh: no PyTorch found: set LIBTORCH to a folder with include/ and lib/, or PYTHON to one that imports torch" >&2
      exit 1
    }
  fi
  torch_flags=(-std=c++17 -O3 -fPIC -fvisibility=hidden -isystem "$LIBTORCH/include"
    -isystem "$LIBTORCH/include/torch/csrc/api/include")
  # -lgomp is left out on purpose: the OpenMP symbols come from the copy PyTorch itself has loaded. No rpath, for the
  # same reason: the process that loads the library decides which PyTorch it meets.
  torch_links=(-shared -Wl,--no-as-needed "-L$LIBTORCH/lib" -ltorch_cpu -lc10)
}

compile() { # source object flags...
  local source=$1 object=$2
  shift 2
  echo "compiling $(basename "$source")"
  "$CXX" "${torch_flags[@]}" "${warnings[@]}" -fopenmp "$@" -c "$source" -o "$object"
}

compile_common() {
  compile "$here/schema.cpp" "$objects/schema.o"
  compile "$here/ops_cpu.cpp" "$objects/ops_cpu.o"
}

is_clang() { "$NVCC" --version | grep -q clang; }

compile_kernel() { # source object
  local arch last=${CUDA_ARCHS##* } flags=(-std=c++17 -O3 -DNDEBUG)
  echo "compiling $(basename "$1") for compute capability $CUDA_ARCHS and PTX $last"
  if is_clang; then
    flags+=(-x cuda "--cuda-path=$CUDA_HOME" -fPIC -fvisibility=hidden --no-cuda-include-ptx=all "--cuda-include-ptx=sm_$last")
    for arch in $CUDA_ARCHS; do flags+=("--cuda-gpu-arch=sm_$arch"); done
    flags+=(-Xcuda-ptxas -v)
  else
    flags+=(-ccbin "$CXX" -Xcompiler -fPIC,-fvisibility=hidden -Xptxas -v)
    for arch in $CUDA_ARCHS; do flags+=("-gencode=arch=compute_$arch,code=sm_$arch"); done
    flags+=("-gencode=arch=compute_$last,code=compute_$last")
  fi
  "$NVCC" "${flags[@]}" -c "$1" -o "$2" 2>&1 | tee -a "$out/kernels.log"
}

link_cuda_runtime() {
  local folder=${CUDA_LIB:-$CUDA_HOME/lib64}
  [[ -d $folder ]] || folder=$CUDA_HOME/lib
  if [[ ${CUDART:-static} == static ]]; then
    cuda_links=("$folder/libcudart_static.a" -lrt -lpthread -ldl)
  else
    cuda_links=("$(ls "$folder"/libcudart.so* | head -n 1)")
  fi
}

case $target in
  test)
    "$CXX" -std=c++17 -O2 "${warnings[@]}" -I"$here" "$here/../../test/cuda/online_softmax_test.cpp" -o "$objects/test"
    "$objects/test"
    ;;
  emulate)
    tests=$here/../../test/cuda/emulation
    "$CXX" -std=c++20 -O1 -g -pthread ${SANITIZE:+"-fsanitize=$SANITIZE"} "${warnings[@]}" -Wno-unknown-pragmas \
      -I"$tests" -I"$here" "$tests/kernels_test.cpp" -o "$objects/test"
    "$objects/test"
    ;;
  cpu)
    find_torch
    compile_common
    "$CXX" "$objects"/*.o "${torch_links[@]}" -o "$out/librft4j_ops_cpu.so"
    echo "built $out/librft4j_ops_cpu.so"
    ;;
  cuda)
    find_torch
    NVCC=${NVCC:-nvcc}
    command -v "$NVCC" > /dev/null || {
      echo "build.sh: NVCC was '$NVCC', must be a CUDA compiler: put nvcc on the PATH, set NVCC, or build the target cpu" >&2
      exit 1
    }
    CUDA_HOME=${CUDA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v "$NVCC")")")")}
    CUDA_ARCHS=${CUDA_ARCHS:-80 90}
    link_cuda_runtime
    compile_common
    compile "$here/ops_cuda.cpp" "$objects/ops_cuda.o" -isystem "$CUDA_HOME/include"
    : > "$out/kernels.log" # registers, shared memory and spills of every kernel
    for source in "$here"/*.cu; do
      compile_kernel "$source" "$objects/$(basename "$source" .cu)_kernel.o"
    done
    "$CXX" "$objects"/*.o "${torch_links[@]}" -lc10_cuda "${cuda_links[@]}" -o "$out/librft4j_ops.so"
    echo "built $out/librft4j_ops.so"
    ;;
  *)
    echo "build.sh: target was '$target', must be cpu, cuda, test or emulate" >&2
    exit 1
    ;;
esac
