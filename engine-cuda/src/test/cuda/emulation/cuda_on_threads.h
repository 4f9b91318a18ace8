// Just enough of CUDA to run the kernels of this folder on host threads: one thread per CUDA thread, one block at a time.
// The kernels' indexing, barriers and reductions are then tested without a GPU, and ThreadSanitizer sees missing barriers.
// Not emulated: speed, the fast exponential, and what a launch can refuse.
#pragma once

#include <algorithm>
#include <barrier>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#define __device__
#define __global__
#define __forceinline__ inline
#define __launch_bounds__(threads)
#define __shared__ static

using cudaError_t = int;
using cudaStream_t = void*;
constexpr cudaError_t cudaSuccess = 0;
inline cudaError_t cudaSetDevice(int) { return cudaSuccess; }
inline cudaError_t cudaGetLastError() { return cudaSuccess; }

using std::min;

struct Index {
  unsigned x;
};
inline thread_local Index threadIdx, blockIdx, blockDim;

namespace on_threads {

struct Warp {
  float value[32];
  std::barrier<> barrier{32};
};

inline std::vector<std::unique_ptr<Warp>> warps;
inline std::unique_ptr<std::barrier<>> block;
inline std::mutex atomics;

inline float exchange(float value, unsigned source) {
  Warp& warp = *warps[threadIdx.x / 32];
  warp.value[threadIdx.x % 32] = value;
  warp.barrier.arrive_and_wait();
  const float result = warp.value[source];
  warp.barrier.arrive_and_wait();
  return result;
}

template <typename Update>
int update(int* place, Update new_value) {
  const std::lock_guard<std::mutex> lock(atomics);
  const int old = *place;
  *place = new_value(old);
  return old;
}

}  // namespace on_threads

inline void __syncthreads() { on_threads::block->arrive_and_wait(); }
inline float __shfl_xor_sync(unsigned, float value, unsigned mask) {
  return on_threads::exchange(value, (threadIdx.x % 32) ^ mask);
}
inline float __shfl_up_sync(unsigned, float value, unsigned distance) {
  const unsigned lane = threadIdx.x % 32;
  return on_threads::exchange(value, lane >= distance ? lane - distance : lane);
}
inline int atomicMin(int* place, int value) {
  return on_threads::update(place, [=](int old) { return std::min(old, value); });
}
inline int atomicMax(int* place, int value) {
  return on_threads::update(place, [=](int old) { return std::max(old, value); });
}

struct __nv_bfloat16 {
  uint16_t bits;
};
inline float __bfloat162float(__nv_bfloat16 x) {
  const uint32_t bits = static_cast<uint32_t>(x.bits) << 16;
  float result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}
inline __nv_bfloat16 __float2bfloat16_rn(float x) {
  if (std::isnan(x)) {
    return {0x7fff};
  }
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return {static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16)};
}

struct __half {
  _Float16 value;
};
inline float __half2float(__half x) { return static_cast<float>(x.value); }
inline __half __float2half_rn(float x) { return {static_cast<_Float16>(x)}; }

namespace rft4j {

template <typename... Parameters, typename... Arguments>
void start(void (*kernel)(Parameters...), int32_t rows, int threads, cudaStream_t, Arguments... arguments) {
  using namespace on_threads;
  warps.clear();
  for (int warp = 0; warp < threads / 32; ++warp) {
    warps.push_back(std::make_unique<Warp>());
  }
  block = std::make_unique<std::barrier<>>(threads);
  std::vector<std::thread> running;
  for (int thread = 0; thread < threads; ++thread) {
    running.emplace_back([=] {
      for (int row = 0; row < rows; ++row) {
        threadIdx = {static_cast<unsigned>(thread)};
        blockIdx = {static_cast<unsigned>(row)};
        blockDim = {static_cast<unsigned>(threads)};
        kernel(arguments...);
        __syncthreads();  // the next block reuses the shared memory
      }
    });
  }
  for (std::thread& thread : running) {
    thread.join();
  }
}

}  // namespace rft4j
