"""Matrix products of few rows, as a decode step has them. products_onednn.py takes its place where it compiles."""
from typing import List, Optional

import torch
from torch import Tensor


def product(x: Tensor, weight: Tensor, bias: Optional[Tensor], fixed_rows: int) -> Tensor:
    """x W^T + bias for x [*,I] and W [O,I]. With fixed_rows, all products have that many rows, so that the numbers of
    a row depend on no other row; 0 = as many as there are."""
    if fixed_rows == 0:
        return torch.linear(x, weight, bias)
    rows = x.reshape(-1, x.size(-1))
    count = rows.size(0)
    missing = (fixed_rows - count % fixed_rows) % fixed_rows
    if missing > 0:
        rows = torch.cat([rows, rows.new_zeros([missing, rows.size(1)])])
    pieces: List[Tensor] = []
    for start in range(0, count, fixed_rows):
        pieces.append(torch.linear(rows[start:start + fixed_rows], weight, bias))
    size = x.size()
    size[-1] = weight.size(0)
    return torch.cat(pieces)[:count].view(size)
