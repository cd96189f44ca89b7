<?php
const TEXT = "modules";
