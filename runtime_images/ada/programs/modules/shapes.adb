package body Shapes is
   function Area (Side : Integer) return Integer is (Side * Side);
end Shapes;
