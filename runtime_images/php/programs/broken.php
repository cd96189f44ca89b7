<?php
function unfinished( {
