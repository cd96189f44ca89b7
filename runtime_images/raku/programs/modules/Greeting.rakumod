unit module Greeting;
sub text is export { "modules" }
