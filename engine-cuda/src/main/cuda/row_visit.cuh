// How a thread block walks one row of logits: 16-byte accesses wherever the row is aligned, single elements at its ends.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include <cstdint>
#include <type_traits>

#include "launch.h"
#include "online_softmax.h"

namespace rft4j {

__device__ __forceinline__ float to_float(float x) { return x; }
__device__ __forceinline__ float to_float(__nv_bfloat16 x) { return __bfloat162float(x); }
__device__ __forceinline__ float to_float(__half x) { return __half2float(x); }

__device__ __forceinline__ void from_float(float x, float* out) { *out = x; }
__device__ __forceinline__ void from_float(float x, __nv_bfloat16* out) { *out = __float2bfloat16_rn(x); }
__device__ __forceinline__ void from_float(float x, __half* out) { *out = __float2half_rn(x); }

// As many elements as one 16-byte access carries.
template <typename Element>
struct alignas(16) Pack {
  static constexpr int kSize = 16 / sizeof(Element);
  Element element[kSize];
};

// Loads issued before the first one is used, so that the memory system has work while the arithmetic runs.
constexpr int kLoadsAhead = 2;

// Applies visit(values, first) to the values of a pack at *place, which holds elements first, first + 1, ... of the row.
// A row of non-const elements is written back.
template <int K, typename Element, typename Stored, typename Visit>
__device__ __forceinline__ void visit_pack(Stored loaded, Element* place, int32_t first, Visit& visit) {
  float values[K];
#pragma unroll
  for (int k = 0; k < K; ++k) {
    values[k] = to_float(loaded.element[k]);
  }
  visit(values, first);
  if constexpr (!std::is_const_v<Element>) {
#pragma unroll
    for (int k = 0; k < K; ++k) {
      from_float(values[k], &loaded.element[k]);
    }
    *reinterpret_cast<Stored*>(place) = loaded;
  }
}

template <typename Element>
struct Single {
  Element element[1];
};

// Every element of the row is visited exactly once, by one thread of the block. visit(float (&values)[K], int32_t first).
template <typename Element, typename Visit>
__device__ __forceinline__ void visit_row(Element* row, int32_t vocab, Visit visit) {
  using Plain = std::remove_const_t<Element>;
  using Vector = Pack<Plain>;
  constexpr int K = Vector::kSize;
  const auto misaligned = static_cast<int32_t>(reinterpret_cast<uintptr_t>(row) / sizeof(Plain) % K);
  const int32_t head = min(vocab, (K - misaligned) % K);
  const int32_t packs = (vocab - head) / K;
  const int32_t tail = head + packs * K;
  const auto thread = static_cast<int32_t>(threadIdx.x);
  const auto threads = static_cast<int32_t>(blockDim.x);

  const auto visit_single = [&](int32_t index) {
    visit_pack<1>(Single<Plain>{{row[index]}}, row + index, index, visit);
  };
  if (thread < head) {
    visit_single(thread);
  }
  if (thread < vocab - tail) {
    visit_single(tail + thread);
  }

  const auto* vectors = reinterpret_cast<const Vector*>(row + head);
  // pack + kLoadsAhead * threads stays below 2^31 because packs <= 2^31 / K and a block has at most 1024 threads.
  for (int32_t pack = thread; pack < packs; pack += kLoadsAhead * threads) {
    Vector loaded[kLoadsAhead];
#pragma unroll
    for (int ahead = 0; ahead < kLoadsAhead; ++ahead) {
      if (pack + ahead * threads < packs) {
        loaded[ahead] = vectors[pack + ahead * threads];
      }
    }
#pragma unroll
    for (int ahead = 0; ahead < kLoadsAhead; ++ahead) {
      const int32_t index = pack + ahead * threads;
      if (index < packs) {
        visit_pack<K>(loaded[ahead], row + head + index * K, head + index * K, visit);
      }
    }
  }
}

// Merges the states of all threads of the block; the result is valid in every thread. At most 1024 threads, whole warps.
__device__ __forceinline__ OnlineSoftmax merge_block(OnlineSoftmax state) {
  __shared__ OnlineSoftmax per_warp[32];
  const auto merge_warp = [&] {
#pragma unroll
    for (int distance = 16; distance > 0; distance /= 2) {
      state.merge({__shfl_xor_sync(0xffffffffu, state.max, distance), __shfl_xor_sync(0xffffffffu, state.sum, distance),
                   __shfl_xor_sync(0xffffffffu, state.shifted, distance)});
    }
  };
  merge_warp();
  if (threadIdx.x % 32 == 0) {
    per_warp[threadIdx.x / 32] = state;
  }
  __syncthreads();
  // Every warp repeats the second round instead of one warp broadcasting its result: no second barrier.
  const unsigned lane = threadIdx.x % 32;
  state = lane < blockDim.x / 32 ? per_warp[lane] : OnlineSoftmax::empty();
  merge_warp();
  return state;
}

#if defined(__CUDACC__)
// One block per row. A function of its own because host compilers do not know the launch syntax: the tests replace it and
// run the same kernels on host threads.
template <typename... Parameters, typename... Arguments>
void start(void (*kernel)(Parameters...), int32_t rows, int threads, cudaStream_t stream, Arguments... arguments) {
  kernel<<<rows, threads, 0, stream>>>(arguments...);
}
#endif

// Calls enqueue(element) with a value of the logits' element type, on the right device; returns the error of the launch.
template <typename Enqueue>
cudaError_t launch_typed(const LogitRows& logits, const Where& where, Enqueue enqueue) {
  if (logits.rows == 0) {
    return cudaSuccess;  // a grid of no blocks is an error
  }
  // The CUDA runtime linked into this library may be another copy than PyTorch's: it is told the device, too.
  const cudaError_t chosen = cudaSetDevice(where.device);
  if (chosen != cudaSuccess) {
    return chosen;
  }
  switch (logits.type) {
    case ElementType::kFloat32:
      enqueue(float());
      break;
    case ElementType::kBFloat16:
      enqueue(__nv_bfloat16());
      break;
    case ElementType::kFloat16:
      enqueue(__half());
      break;
  }
  return cudaGetLastError();
}

// Long rows get more threads, and so do few rows: a block then has to hide the memory latency with fewer neighbours.
inline int block_size(int32_t rows, int32_t vocab) {
  constexpr int32_t kFewRows = 128;
  if (vocab <= 2048) {
    return 128;
  }
  return vocab <= 8192 ? 256 : rows <= kFewRows ? 1024 : 512;
}

}  // namespace rft4j
