"""What share of the peak of a matrix product a training step reaches, where JAX runs on an accelerator."""

import time

SIDE, REPEATS, TURNS = 4096, 20, 5


def tell_share(step, operations, milliseconds):
    """Print a step's time and its share of the peak, or that there is no accelerator.

    Parameters
    ----------
    step : str
        What is done.
    operations : float
        Additions and multiplications in it.
    milliseconds : float
        What it takes.
    """
    import jax  # not before byhand does, which then says on how many devices it runs

    device = jax.devices()[0]
    if device.platform == "cpu":
        print(f"{step}: no accelerator here, so no share of its peak")
        return
    found, most = 1e3 * operations / milliseconds, peak(device)
    rates = f"{found / 1e12:.2f} of {most / 1e12:.2f} TFLOP/s, {found / most:.1%}"
    print(
        f"{step} on {device.device_kind}: {milliseconds:.2f} ms, {rates} of a float32 product of {SIDE} rows"
    )


def peak(device):
    """Operations a second of float32 matrix products that follow each other, the best of a few turns."""
    import jax
    import jax.numpy as jnp

    A = jax.device_put(jnp.eye(SIDE, dtype=jnp.float32), device)
    products = jax.jit(lambda X: jax.lax.fori_loop(0, REPEATS, lambda _, X: X @ A, X))
    products(A).block_until_ready()
    taken = []
    for _ in range(TURNS):
        begun = time.perf_counter()
        products(A).block_until_ready()
        taken.append(time.perf_counter() - begun)
    return 2 * SIDE**3 * REPEATS / min(taken)
