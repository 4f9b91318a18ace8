// The operators as TorchScript sees them. The implementations register themselves for their device.
//
// There is deliberately no autograd registration: the head is computed without autograd and its gradients are analytic.
#include <torch/library.h>

TORCH_LIBRARY(rft4j, m) {
  m.def(
      "selective_log_softmax(Tensor logits, Tensor ids, float inv_temperature, float softcap)"
      " -> (Tensor logp, Tensor entropy, Tensor lse)");
  m.def(
      "selective_log_softmax_backward_(Tensor(a!) logits, Tensor ids, Tensor lse, Tensor entropy, Tensor grad_logp,"
      " Tensor grad_entropy, float inv_temperature, float softcap) -> Tensor(a!)");
  m.def("sample_inverse_cdf(Tensor logits, Tensor threshold, Tensor uniforms) -> (Tensor ids, Tensor logp)");
}
