"""Matrix products of few rows through oneDNN.

libtorch gives fp32 products on the processor to MKL, which runs one row on one thread and a few rows, on the AMD
processors measured, at a half to a tenth of oneDNN's speed. oneDNN in turn copies the weights before a product of 16
rows or more, so no piece has more than 15. The numbers of a row are then the same, bit for bit, in products of 2 to 15
rows and in any place among them; a single row would take another kernel, so it comes twice.
"""
from typing import List, Optional

import torch
from torch import Tensor


def _piece(rows: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
    nothing = annotate(List[Optional[number]], [])
    return torch.ops.mkldnn._linear_pointwise(rows, weight, bias, "none", nothing, "")


def product(x: Tensor, weight: Tensor, bias: Optional[Tensor], fixed_rows: int) -> Tensor:
    """x W^T + bias for x [*,I] and W [O,I]. With fixed_rows, all products have that many rows, so that the numbers of
    a row depend on no other row; 0 = as many as is fast."""
    onednn = weight.dtype == torch.float32 and not weight.is_cuda
    if not onednn and fixed_rows == 0:
        return torch.linear(x, weight, bias)
    rows = x.reshape(-1, x.size(-1))
    count = rows.size(0)
    piece = fixed_rows
    if fixed_rows == 0:
        parts = (count + 14) // 15
        piece = (count + parts - 1) // parts
        if count % piece == 1:
            rows = torch.cat([rows, rows[count - 1:]])
    elif count % piece > 0:
        rows = torch.cat([rows, rows.new_zeros([piece - count % piece, rows.size(1)])])
    size = x.size()
    size[-1] = weight.size(0)
    made: List[Tensor] = []
    for start in range(0, count, piece):
        part = rows[start:start + piece]
        if onednn:
            made.append(_piece(part, weight, bias))
        else:
            made.append(torch.linear(part, weight, bias))
    y = made[0]
    if len(made) > 1:
        y = torch.cat(made)
    if y.size(0) > count:
        y = y[:count]
    return y.view(size)
