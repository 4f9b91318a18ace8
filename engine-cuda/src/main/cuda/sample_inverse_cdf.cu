// Draws one token per row from given uniforms. One thread block per row, two passes: the first finds the maximum and the
// total weight of the kept tokens, the second adds the weights up in index order and stops at the token that is drawn.
// (The row comes from the L2 cache the second time wherever it fits there.)
#include <climits>

#include "launch.h"
#include "row_visit.cuh"

namespace rft4j {
namespace {

constexpr int kThreads = 512;
constexpr int kWarps = kThreads / 32;
constexpr int kPerThread = 4;  // neighbouring tokens of one thread; a tile is kThreads times that
constexpr int kNone = INT_MAX;

struct Scan {
  float before;  // sum over the threads before this one
  float total;   // sum over the block
};

// Exclusive prefix sums over the block, in thread order.
__device__ __forceinline__ Scan scan_block(float value, float* per_warp) {
  const int lane = threadIdx.x % 32;
  const int warp = threadIdx.x / 32;
  float inclusive = value;
#pragma unroll
  for (int distance = 1; distance < 32; distance *= 2) {
    const float left = __shfl_up_sync(0xffffffffu, inclusive, distance);
    if (lane >= distance) {
      inclusive += left;
    }
  }
  if (lane == 31) {
    per_warp[warp] = inclusive;
  }
  __syncthreads();
  Scan scan{0.0f, 0.0f};
  for (int w = 0; w < kWarps; ++w) {
    if (w == warp) {
      scan.before = scan.total;
    }
    scan.total += per_warp[w];
  }
  scan.before += inclusive - value;
  return scan;
}

template <typename Element>
__global__ void __launch_bounds__(kThreads)
    sample_kernel(const Element* logits, int64_t row_stride, int32_t vocab, SampleArguments arguments) {
  __shared__ float per_warp[kWarps];
  __shared__ int drawn;
  __shared__ int last_kept;
  const int64_t row_index = blockIdx.x;
  const Element* row = logits + row_index * row_stride;
  const float threshold = arguments.threshold[row_index];
  OnlineSoftmax kept = OnlineSoftmax::empty();
  visit_row(row, vocab, [&](auto& values, int32_t) {
    for (float& value : values) {
      value = value >= threshold ? value : -INFINITY;
    }
    kept.add(values);
  });
  if (threadIdx.x == 0) {
    drawn = kNone;
    last_kept = -1;
  }
  kept = merge_block(kept);  // contains the barrier that publishes drawn and last_kept
  const double target = static_cast<double>(arguments.uniforms[row_index]) * kept.sum;

  double cumulative = 0.0;  // of the tiles before; the same in every thread
  int last = -1;
  for (int64_t tile = 0; tile < vocab; tile += kThreads * kPerThread) {
    const int64_t first = tile + threadIdx.x * kPerThread;
    float weight[kPerThread];
    float sum = 0.0f;
#pragma unroll
    for (int k = 0; k < kPerThread; ++k) {
      const float logit = first + k < vocab ? to_float(row[first + k]) : -INFINITY;
      weight[k] = logit >= threshold && logit > -INFINITY ? exp_of(logit - kept.max) : 0.0f;
      sum += weight[k];
    }
    const Scan scan = scan_block(sum, per_warp);
    double running = cumulative + scan.before;
#pragma unroll
    for (int k = 0; k < kPerThread; ++k) {
      running += weight[k];
      if (weight[k] > 0.0f) {
        last = static_cast<int>(first) + k;
        // Sums of different threads round differently, so several may see the crossing: the first token wins.
        if (running > target) {
          atomicMin(&drawn, last);
          break;
        }
      }
    }
    __syncthreads();
    // The barrier inside the next scan keeps every thread's read of drawn ahead of the next write to it.
    if (drawn != kNone) {
      break;
    }
    cumulative += scan.total;
  }
  if (drawn == kNone) {
    // Rounding left the last sum at or under the target: the last token with any weight closes the interval.
    atomicMax(&last_kept, last);
    __syncthreads();
  }
  if (threadIdx.x == 0) {
    const int id = drawn == kNone ? last_kept : drawn;
    arguments.ids[row_index] = id;
    arguments.logp[row_index] = id < 0 ? NAN : kept.log_prob(to_float(row[id]));
  }
}

template <typename Element>
void enqueue(const LogitRows& logits, const SampleArguments& arguments, cudaStream_t stream) {
  start(sample_kernel<Element>, logits.rows, kThreads, stream, static_cast<const Element*>(logits.data),
        logits.row_stride, logits.vocab, arguments);
}

}  // namespace

cudaError_t launch_sample(const LogitRows& logits, const SampleArguments& arguments, const Where& where) {
  return launch_typed(logits, where, [&](auto element) { enqueue<decltype(element)>(logits, arguments, where.stream); });
}

}  // namespace rft4j
