<?php
throw new RuntimeException("it broke");
