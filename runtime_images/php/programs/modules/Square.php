<?php

class Square
{
    public function __construct(private int $side)
    {
    }

    public function area(): int
    {
        return $this->side ** 2;
    }
}
