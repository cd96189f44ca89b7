package Shapes is
   function Area (Side : Integer) return Integer;
end Shapes;
