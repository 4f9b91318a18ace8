// The arithmetic of the selective log-softmax, written once for the CUDA kernels and for the host.
//
// One pass over a row keeps three running numbers, all relative to the largest z seen so far:
//     sum     = Σ exp(z - max)
//     shifted = Σ exp(z - max) * (z - max)
// from which  lse = max + log(sum)  and  entropy = log(sum) - shifted / sum.
// Keeping the weighted sum relative to max (not Σ exp(z - max) * z) is what makes the entropy of rows with huge
// logits exact: lse and Σ p z would be two large numbers whose difference is small.
#pragma once

#include <cmath>

#if defined(__CUDACC__)
#define RFT4J_HD __host__ __device__ __forceinline__
#else
#define RFT4J_HD inline
#endif

namespace rft4j {

// Any exponent at or below this gives a weight of exactly 0. Clamping to it keeps 0 * -inf = NaN out of the sums.
constexpr float kFarBelow = -1e30f;

RFT4J_HD float exp_of(float x) {
#if defined(__CUDA_ARCH__)
  // One instruction of the special function unit. Weights under 1e-38 become 0; treating denormals exactly would cost
  // three more instructions for each logit, and with 2-byte logits the instruction rate is as scarce as the bandwidth.
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x * 1.4426950408889634f));
  return y;
#else
  return std::exp(x);
#endif
}

// tanh by one exponential and one division. Its absolute error is 1e-7, so a logit capped at c is off by c * 1e-7 at most:
// the rounding of a float of that size. A softmax sees absolute differences only; tanhf's relative accuracy near 0 would
// cost twice the instructions of everything else in the loop.
RFT4J_HD float tanh_of(float x) {
#if defined(__CUDA_ARCH__)
  return 1.0f - __fdividef(2.0f, 1.0f + exp_of(2.0f * x));
#else
  return 1.0f - 2.0f / (1.0f + exp_of(2.0f * x));
#endif
}

// Returns the other argument when b is NaN, so that a NaN cannot become the reference of a row; it still reaches the sums.
RFT4J_HD float larger(float a, float b) {
#if defined(__CUDA_ARCH__)
  return fmaxf(a, b);
#else
  return b > a ? b : a;  // the library call is not inlined by host compilers
#endif
}

struct Shaped {
  float z;
  float slope;  // dz / dlogit; costs nothing where it is not used
};

// What is done to a logit before the softmax: soft-capping (a compile-time choice, tanh is expensive) and temperature.
template <bool kCapped>
struct Shaping {
  float inv_temperature;
  float softcap;
  float inv_softcap;

  RFT4J_HD Shaped operator()(float logit) const {
    if (kCapped) {
      const float t = tanh_of(logit * inv_softcap);
      return {softcap * t * inv_temperature, (1.0f - t * t) * inv_temperature};
    }
    return {logit * inv_temperature, inv_temperature};
  }
};

template <bool kCapped>
RFT4J_HD Shaping<kCapped> make_shaping(float inv_temperature, float softcap) {
  return {inv_temperature, softcap, kCapped ? 1.0f / softcap : 0.0f};
}

// Running state of one row, or of a part of it. An aggregate without initialisers, so that it can live in shared memory.
struct OnlineSoftmax {
  float max;
  float sum;
  float shifted;

  static RFT4J_HD OnlineSoftmax empty() { return {-INFINITY, 0.0f, 0.0f}; }

  // Re-expresses the sums relative to a larger reference.
  RFT4J_HD void raise_to(float reference) {
    const float step = larger(kFarBelow, max - reference);  // NaN (-inf minus -inf) ends as kFarBelow: nothing to keep
    const float factor = exp_of(step);
    shifted = factor * (shifted + step * sum);
    sum *= factor;
    max = reference;
  }

  template <int K>
  RFT4J_HD void add(const float (&z)[K]) {
    float top = z[0];
    for (int k = 1; k < K; ++k) {
      top = larger(top, z[k]);
    }
    if (top > max) {
      raise_to(top);
    }
    // While only -inf has been seen there is no reference; 0 lets -inf weigh nothing and NaN stay NaN.
    const float reference = max == -INFINITY ? 0.0f : max;
    for (int k = 0; k < K; ++k) {
      const float step = z[k] - reference;
      const float weight = exp_of(step);
      sum += weight;
      shifted += weight * larger(kFarBelow, step);
    }
  }

  RFT4J_HD void merge(OnlineSoftmax other) {
    const float reference = larger(max, other.max);
    raise_to(reference);
    other.raise_to(reference);
    sum += other.sum;
    shifted += other.shifted;
  }

  RFT4J_HD float lse() const { return max + logf(sum); }
  RFT4J_HD float entropy() const { return logf(sum) - shifted / sum; }
  // log p of one token. (z - max) first: both may be huge and close, log(sum) is small.
  RFT4J_HD float log_prob(float z) const { return (z - max) - logf(sum); }
};

// d(grad_logp * logp + grad_entropy * entropy) / dz for one row, except for the +grad_logp at the selected token.
struct RowGradient {
  float lse;
  float entropy;
  float grad_logp;
  float grad_entropy;

  RFT4J_HD float unselected(float z) const {
    const float log_p = z - lse;
    const float p = exp_of(log_p);
    // p = 0 must give 0 even where log_p is -inf; a NaN p fails the comparison and is returned as it is.
    return p > 0.0f ? -p * (grad_logp + grad_entropy * (log_p + entropy)) : p;
  }
};

}  // namespace rft4j
